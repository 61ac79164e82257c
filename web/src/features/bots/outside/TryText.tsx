import { useQuery } from "@tanstack/react-query";
import { useDeferredValue, useState } from "react";
import { useTranslation } from "react-i18next";
import { ErrorState, Field, Input, Select } from "@/components";
import { BotLink } from "./AnswersPage";
import { answersQuery } from "./queries";
import { useTriggerWords } from "./useTriggerWords";

const ANY = "any";

/** What somebody might write: which flow answers, and why that one. The server asks as it does when somebody really writes. */
export function TryText({ channels }: { channels: readonly { channel_id: string; name: string }[] }) {
  const { t } = useTranslation("outside");
  const { answerOf, lossOf } = useTriggerWords();
  const [text, setText] = useState("");
  const [channel, setChannel] = useState(ANY);
  const [isFirst, setFirst] = useState(false);
  const asked = useDeferredValue(text.trim());
  const found = useQuery({ ...answersQuery(asked, channel === ANY ? "" : channel, isFirst), enabled: asked !== "" });
  const answer = found.data?.answer;
  return (
    <section aria-label={t("answers.try")} className="rounded-lg border border-line bg-surface p-4">
      <div className="flex flex-wrap items-end gap-3">
        <Field label={t("answers.try")} className="min-w-0 grow basis-64">
          <Input value={text} maxLength={1_000} placeholder={t("answers.tryExample")} onChange={(event) => setText(event.target.value)} />
        </Field>
        {channels.length > 1 && (
          <Field label={t("answers.channel")} className="basis-44">
            <Select value={channel} onChange={setChannel} options={[{ value: ANY, label: t("answers.anyChannel") }, ...channels.map((each) => ({ value: each.channel_id, label: each.name }))]} />
          </Field>
        )}
      </div>
      <label className="mt-1 flex min-h-8 items-center gap-2 text-13 pointer-coarse:min-h-11">
        <input type="checkbox" checked={isFirst} onChange={(event) => setFirst(event.currentTarget.checked)} className="size-4 accent-primary" />
        {t("answers.isFirst")}
      </label>
      {found.isLoadingError && <ErrorState title={t("answers.failed")} text={t("failedText")} error={found.error} action={{ label: t("again"), onPress: () => void found.refetch() }} />}
      {asked !== "" && found.data && (
        <div role="status" className="mt-3 grid gap-1 text-13">
          {answer ? (
            <p className="flex flex-wrap gap-x-2">
              <span className="font-medium">{answerOf(answer)}</span>
              <BotLink place={answer} />
            </p>
          ) : (
            <p className="text-ink-2">{t("answers.nobody")}</p>
          )}
          {found.data.also.map((each) => (
            <p key={`${each.bot_id} ${each.node_id}`} className="flex flex-wrap gap-x-2 text-12 text-ink-3">
              <span>{lossOf(each)}</span>
              <BotLink place={each} />
            </p>
          ))}
        </div>
      )}
    </section>
  );
}
