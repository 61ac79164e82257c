import { cx } from "./cx";

const TONES = { ink: "bg-ink", accent: "bg-accent", warning: "bg-warning-solid", danger: "bg-danger-solid" };

/** The hoopoe's barred wing: something that runs out. Always beside words that say the same, so it is hidden from screen readers. */
export function WingMeter({ left, total = 24, tone = "ink", className }: { left: number; total?: number; tone?: keyof typeof TONES; className?: string }) {
  return (
    <span aria-hidden="true" className={cx("inline-flex h-3 items-center gap-0.5", className)}>
      {Array.from({ length: total }, (_, bar) => (
        <span key={bar} className={cx("h-full min-w-0.5 flex-1 rounded-[1.5px]", bar < left ? TONES[tone] : "bg-line-strong")} />
      ))}
    </span>
  );
}
