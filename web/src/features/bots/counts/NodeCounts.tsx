import { LogIn, TrendingDown } from "lucide-react";
import { useTranslation } from "react-i18next";
import { cx } from "@/components";
import { severityOf } from "./layer";
import { useFate, usePercent } from "./useLayer";

const TONES = { none: "border-line bg-surface text-ink-2", some: "border-warning bg-warning-soft text-warning", many: "border-danger-solid bg-danger-soft text-danger" } as const;

type NodeCountsProps = { nodeId: string; connected: readonly string[]; /** Over a step of the canvas, instead of in a line of the list. */ isFloating?: boolean };

/** How many came to a step, and which part of them was lost there. Figures and words; the colour only repeats them. */
export function NodeCounts({ nodeId, connected, isFloating = false }: NodeCountsProps) {
  const { t } = useTranslation("insight");
  const percent = usePercent();
  const fate = useFate(nodeId, connected);
  if (!fate) return null;
  const { entered, wentOn, ended, dropped, waiting, dropShare } = fate;
  const words = [
    t("counts.entered", { count: entered }),
    t("counts.wentOn", { count: wentOn }),
    ended > 0 && t("counts.ended", { count: ended }),
    dropped > 0 && t("counts.dropped", { count: dropped, share: percent(dropShare) }),
    waiting > 0 && t("counts.waiting", { count: waiting }),
  ].filter((part): part is string => Boolean(part));
  return (
    <span
      title={words.join("\n")}
      data-counts={nodeId}
      className={cx("num inline-flex h-5 w-fit items-center gap-1 rounded-full border px-2 text-11", TONES[severityOf(dropShare)], isFloating && "absolute start-2 bottom-full mb-1 shadow-1")}
    >
      <span className="sr-only">{words.join(". ")}</span>
      <LogIn aria-hidden="true" className="flip size-3" />
      <span aria-hidden="true">{t("counts.figure", { value: entered })}</span>
      {dropped > 0 && (
        <>
          <TrendingDown aria-hidden="true" className="ms-1 size-3" />
          <span aria-hidden="true">{percent(dropShare)}</span>
        </>
      )}
    </span>
  );
}
