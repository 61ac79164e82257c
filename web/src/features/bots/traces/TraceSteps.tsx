import { CircleAlert, MessageSquare } from "lucide-react";
import { useTranslation } from "react-i18next";
import { cx } from "@/components";
import { useOptionWords } from "../editor/inspect/useOptionWords";
import { lookOf, useExitWords } from "../look";
import type { TracedValue, TraceStep } from "./trace";
import { TracedData } from "./TracedData";
import { useTraceWords } from "./useTraceWords";

type TraceStepsProps = { steps: readonly TraceStep[]; spokenId: string | undefined };

/** The way through the flow: each step in its order, with what it said, computed and reported. */
export function TraceSteps({ steps, spokenId }: TraceStepsProps) {
  return (
    <ol className="grid grid-cols-1">
      {steps.map((step, index) => (
        <li key={step.key}>
          <Step step={step} isSpoken={spokenId !== undefined && step.messageIds.includes(spokenId)} isLast={index === steps.length - 1} />
        </li>
      ))}
    </ol>
  );
}

function Step({ step, isSpoken, isLast }: { step: TraceStep; isSpoken: boolean; isLast: boolean }) {
  const { t } = useTranslation("insight");
  const exitWords = useExitWords();
  const { error } = useTraceWords();
  const { icon: Icon, tile } = lookOf(step.group, step.icon);
  return (
    <div className="relative grid grid-cols-[24px_minmax(0,1fr)] gap-x-2.5 pb-3">
      {!isLast && <span aria-hidden="true" className="absolute start-[11.5px] top-7 bottom-0 border-s border-line-strong" />}
      <span className={cx("grid size-6 place-items-center rounded-sm", tile)}>
        <Icon aria-hidden="true" strokeWidth={1.75} className="size-3.5" />
      </span>
      <div className="min-w-0">
        <p className="flex flex-wrap items-baseline gap-x-2">
          <bdi className={cx("font-medium", isSpoken && "text-accent-ink")}>{step.name}</bdi>
          {step.typeName !== step.name && <span className="text-12 text-ink-3">{step.typeName ?? t("stepGone")}</span>}
        </p>
        {step.enters !== null && <p className="text-12 text-ink-3">{t("inFlow", { name: step.enters })}</p>}
        {step.goesOn && <p className="text-12 text-ink-3">{t("goesOn")}</p>}
        {step.messageIds.length > 0 && (
          <p className={cx("mt-0.5 flex items-center gap-1.5 text-12", isSpoken ? "font-medium text-accent-ink" : "text-ink-2")}>
            <MessageSquare aria-hidden="true" strokeWidth={1.75} className="size-3.5 flex-none" />
            {isSpoken ? t("saidThis") : t("said", { count: step.messageIds.length })}
          </p>
        )}
        {step.values.length > 0 && (
          <dl className="mt-1.5 grid gap-1.5 rounded-md border border-line bg-surface px-2.5 py-2 text-12">
            {step.values.map(({ expression, value, compared }, index) => compared ? (
              <Comparison key={index} compared={compared} />
            ) : (
              <div key={index} className="grid gap-0.5">
                <dt dir="ltr" className="font-mono break-words whitespace-pre-wrap text-ink-3">
                  {expression}
                </dt>
                <dd>
                  <TracedData value={value} />
                </dd>
              </div>
            ))}
          </dl>
        )}
        {step.errors.map((each, index) => (
          <p key={index} className="mt-1 flex items-start gap-1.5 text-12 text-danger">
            <CircleAlert aria-hidden="true" strokeWidth={1.75} className="mt-0.5 size-3.5 flex-none" />
            <span>{error(each)}</span>
          </p>
        ))}
        {step.exit !== null && (
          <p className="mt-1 text-12 text-ink-3">
            {t("leftBy")} <bdi className="text-ink-2">{exitWords(step.exit, null, "en")}</bdi>
          </p>
        )}
      </div>
    </div>
  );
}

/** What was compared with what, as the step's form says it, and whether it was so. */
function Comparison({ compared: { left, operator, right, holds } }: { compared: NonNullable<TracedValue["compared"]> }) {
  const { t } = useTranslation("insight");
  const optionWords = useOptionWords();
  const value = (text: string) => (text ? <bdi className="font-medium text-ink [overflow-wrap:anywhere]">{text}</bdi> : <span className="text-ink-3">{t("compared.nothing")}</span>);
  const isAlone = operator === "is_empty" || operator === "is_not_empty";
  return (
    <div className="flex flex-wrap items-baseline gap-x-1.5">
      <dt className="min-w-0 text-ink-2">
        {value(left)} {optionWords({ value: operator, label: null })} {!isAlone && value(right)}
      </dt>
      <dd className={holds ? "text-success" : "text-ink-3"}>{t(holds ? "compared.holds" : "compared.fails")}</dd>
    </div>
  );
}
