import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { ArrowLeft, TriangleAlert } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { FlowTriggers } from "@/api/models";
import { Badge, cx, Empty, ErrorState, SkeletonRows } from "@/components";
import { answersQuery } from "./queries";
import { TryText } from "./TryText";
import { useTriggerWords } from "./useTriggerWords";

type Trigger = FlowTriggers["data"][number];
type Conflict = FlowTriggers["conflicts"][number];

/** Every way into every published flow, in the order in which they are tried, and where two are for the same. */
export function AnswersPage() {
  const { t } = useTranslation("outside");
  const answers = useQuery(answersQuery());
  return (
    <div className="mx-auto w-full max-w-[860px] overflow-y-auto p-4 pane:p-8">
      <Link to="/flows" className="mb-2 inline-flex items-center gap-1 text-13 text-ink-2 hover:text-ink pointer-coarse:min-h-11">
        <ArrowLeft aria-hidden="true" strokeWidth={1.75} className="size-4 rtl:-scale-x-100" />
        {t("answers.back")}
      </Link>
      <h1 className="text-22">{t("answers.title")}</h1>
      <p className="mt-1 mb-5 text-13 text-ink-2">{t("answers.text")}</p>
      {answers.isPending && <SkeletonRows />}
      {answers.isLoadingError && <ErrorState title={t("answers.failed")} text={t("failedText")} error={answers.error} action={{ label: t("again"), onPress: () => void answers.refetch() }} />}
      {answers.data?.data.length === 0 && <Empty title={t("answers.empty")} text={t("answers.emptyText")} />}
      {answers.data && answers.data.data.length > 0 && (
        <div className="grid gap-6">
          <TryText channels={[...answers.data.shared, ...answers.data.bound]} />
          {answers.data.conflicts.length > 0 && <Conflicts conflicts={answers.data.conflicts} />}
          <section>
            <h2 className="mb-2 text-16">{t("answers.all")}</h2>
            <ol className="divide-y divide-line rounded-lg border border-line bg-surface">
              {answers.data.data.map((trigger) => (
                <TriggerRow key={`${trigger.bot_id} ${trigger.node_id}`} trigger={trigger} channels={channelsOf(trigger, answers.data)} />
              ))}
            </ol>
          </section>
        </div>
      )}
    </div>
  );
}

/** Null where any channel asks the bot: that is the rule, and not worth words. */
function channelsOf(trigger: Trigger, { bound, shared }: FlowTriggers): string[] | null {
  const own = bound.filter((channel) => channel.bot_id === trigger.bot_id);
  return bound.length === 0 ? null : [...shared, ...own].map((channel) => channel.name);
}

function Conflicts({ conflicts }: { conflicts: Conflict[] }) {
  const { t } = useTranslation("outside");
  const { conflictOf } = useTriggerWords();
  return (
    <section aria-label={t("answers.conflicts")}>
      <h2 className="mb-2 flex items-center gap-2 text-16">
        {t("answers.conflicts")}
        <Badge>{conflicts.length}</Badge>
      </h2>
      <ul className="grid gap-2">
        {conflicts.map((conflict) => (
          <li key={`${conflict.trigger.bot_id} ${conflict.trigger.node_id} ${conflict.what}`} className="flex items-start gap-2 rounded-md border border-line bg-surface px-3 py-2 text-13">
            <TriangleAlert aria-hidden="true" strokeWidth={1.75} className="mt-0.5 size-4 flex-none text-warning" />
            <div className="min-w-0 grow">
              <p>{conflictOf(conflict)}</p>
              <p className="mt-1 flex flex-wrap gap-x-4 text-12">
                <BotLink place={conflict.trigger} />
                <BotLink place={conflict.answers} />
              </p>
            </div>
          </li>
        ))}
      </ul>
    </section>
  );
}

export function BotLink({ place }: { place: { bot_id: string; bot_name: string; node_id: string } }) {
  const { t } = useTranslation("outside");
  return (
    <Link to="/flows/$botId" params={{ botId: place.bot_id }} search={{ node: place.node_id }} className="font-medium text-accent-ink underline underline-offset-2 pointer-coarse:min-h-11">
      {t("answers.open", { name: place.bot_name })}
    </Link>
  );
}

function TriggerRow({ trigger, channels }: { trigger: Trigger; channels: string[] | null }) {
  const { t } = useTranslation("outside");
  const { startOf } = useTriggerWords();
  return (
    <li className={cx("flex items-start gap-3 px-4 py-3", !trigger.is_answering && "text-ink-3")}>
      <div className="min-w-0 grow">
        <p className="flex flex-wrap items-center gap-x-2 gap-y-1 text-13">
          <span className="inline-block font-medium first-letter:uppercase">{startOf(trigger)}</span>
          {trigger.words.map((word) => (
            <bdi key={word} className="rounded-sm bg-sunken px-1.5 py-0.5 text-12">
              {word}
            </bdi>
          ))}
        </p>
        <p className="mt-0.5 flex flex-wrap items-center gap-x-2 gap-y-1 text-12 text-ink-3">
          <BotLink place={trigger} />
          {trigger.priority !== 0 && <span>{t("answers.priority", { priority: trigger.priority })}</span>}
          {trigger.interrupts && <span>{t("answers.interrupts")}</span>}
          {channels && <span>{channels.length > 0 ? t("answers.on", { channels: channels.join(", ") }) : t("answers.nowhere")}</span>}
        </p>
      </div>
      {trigger.is_answering ? <Badge tone="success">{t("answers.active")}</Badge> : <Badge>{t("answers.resting")}</Badge>}
    </li>
  );
}
