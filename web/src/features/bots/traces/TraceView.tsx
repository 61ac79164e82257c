import { useQuery } from "@tanstack/react-query";
import { CircleAlert, CircleCheck, Hourglass, MessageSquareText, Pause, Plug, Timer } from "lucide-react";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { SprintTrace } from "@/api/models";
import { useLanguage } from "@/app/preferences";
import { cx } from "@/components";
import { useFormat } from "@/features/auth/queries";
import { nodeTypesQuery } from "../queries";
import { CanvasLink } from "./CanvasLink";
import { CallCard } from "./CallCard";
import { readSteps, stepOf } from "./trace";
import { TraceSteps } from "./TraceSteps";
import { TraceVariables } from "./TraceVariables";
import { useTraceWords } from "./useTraceWords";

type TraceViewProps = {
  sprint: SprintTrace;
  /** What the session had set by the end of the sprint, where that is known. */
  known?: Record<string, unknown>;
  /** The message that is asked about; its step is marked. */
  messageId?: string;
};

/** One sprint of a flow, to be read: what came, which way it went, what it computed and changed, and why it stopped. */
export function TraceView({ sprint, known, messageId }: TraceViewProps) {
  const { t } = useTranslation("insight");
  const language = useLanguage();
  const format = useFormat();
  const types = useQuery(nodeTypesQuery).data?.data;
  const steps = useMemo(() => readSteps(sprint, types ?? [], language), [sprint, types, language]);
  const step = stepOf(steps, messageId);
  return (
    <div className="grid grid-cols-1 gap-5 text-13">
      <header className="grid gap-1">
        <p className="text-12 text-ink-3">
          <bdi>{sprint.bot_name ?? t("botGone")}</bdi> · {sprint.version === null ? t("versionGone") : t("version", { number: sprint.version })} ·{" "}
          <time dateTime={sprint.at} className="num">
            {format.full(sprint.at)}
          </time>
        </p>
        {step && <CanvasLink step={step} steps={steps} />}
      </header>
      <Given sprint={sprint} />
      <section aria-label={t("path")}>
        <h3 className="mb-2 text-12 text-ink-3">{t("path")}</h3>
        <TraceSteps steps={steps} spokenId={messageId} />
      </section>
      <TraceVariables variables={sprint.variables} known={known} isCut={sprint.is_cut} />
      <Stop sprint={sprint} />
    </div>
  );
}

/** What the sprint began with: a message, an answer of another system, a time that was over. */
function Given({ sprint }: { sprint: SprintTrace }) {
  const { t } = useTranslation("insight");
  const { given: sayGiven, duration } = useTraceWords();
  const { given, asked } = sprint;
  const text = typeof given.text === "string" && given.text ? given.text : null;
  const seconds = typeof given.seconds === "number" ? given.seconds : null;
  const Icon = given.type === "effect" ? Plug : text === null && given.type !== "started" ? Timer : MessageSquareText;
  return (
    <section aria-label={t("given.title")}>
      <h3 className="mb-2 text-12 text-ink-3">{t("given.title")}</h3>
      <p className="flex items-start gap-2">
        <Icon aria-hidden="true" strokeWidth={1.75} className="mt-0.5 size-4 flex-none text-ink-3" />
        <span>
          {sayGiven(sprint)}
          {seconds !== null && <span className="text-ink-3"> {t("given.took", { time: duration(seconds) })}</span>}
        </span>
      </p>
      {text !== null && (
        <p dir="auto" className="user-text mt-1.5 rounded-bubble bg-bubble-in px-3 py-1.5">
          {text}
        </p>
      )}
      {given.payload_id !== undefined && (
        <p className="mt-1 text-12 text-ink-3">
          {t("given.choice")} <bdi className="font-mono">{String(given.payload_id)}</bdi>
        </p>
      )}
      {asked && <CallCard title={t("call.asked")} fact={asked.request} />}
      {given.type === "effect" && <CallCard title={t("call.answered")} fact={given.result} />}
    </section>
  );
}

/** Why it stopped, in words; what it asked of another system, where it waits for that. */
function Stop({ sprint }: { sprint: SprintTrace }) {
  const { t } = useTranslation("insight");
  const { stopped } = useTraceWords();
  const format = useFormat();
  const hasFailed = sprint.status === "failed";
  const Icon = hasFailed ? CircleAlert : sprint.wait ? Hourglass : CircleCheck;
  return (
    <section aria-label={t("stop.title")}>
      <h3 className="mb-2 text-12 text-ink-3">{t("stop.title")}</h3>
      <p className={cx("flex items-start gap-2", hasFailed && "text-danger")}>
        <Icon aria-hidden="true" strokeWidth={1.75} className="mt-0.5 size-4 flex-none" />
        {stopped(sprint)}
      </p>
      {sprint.parked_at && (
        <p className="mt-1.5 flex items-start gap-2 text-human">
          <Pause aria-hidden="true" strokeWidth={1.75} className="mt-0.5 size-4 flex-none" />
          {t("stop.parked", { time: format.full(sprint.parked_at) })}
        </p>
      )}
      {sprint.wait?.type === "effect" && <CallCard title={t("call.asks")} fact={sprint.wait.request} />}
    </section>
  );
}
