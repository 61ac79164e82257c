import { Timer } from "lucide-react";
import { useTranslation } from "react-i18next";
import { cx, WingMeter } from "@/components";
import { useDuration } from "../useDuration";
import type { Window } from "../window";

/** On phones: how long the window stays open, under the header. Wider screens say it in the composer. */
export function WindowStrip({ left }: { left: Window }) {
  const { t } = useTranslation("inbox");
  const duration = useDuration();
  if (left.state !== "open") return null;
  return (
    <div className="flex items-center gap-2.5 border-b border-line bg-canvas px-4 py-[7px] text-12 pane:hidden">
      <span className={cx("flex grow items-center gap-[5px] font-medium whitespace-nowrap", left.isShort ? "text-warning" : "text-ink-2")}>
        <Timer aria-hidden="true" strokeWidth={1.75} className="size-3.5" />
        {t("window.closes", { duration: duration(left) })}
      </span>
      <WingMeter left={left.bars} tone={left.isShort ? "warning" : "ink"} className="w-[94px]" />
    </div>
  );
}
