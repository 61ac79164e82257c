import type { LucideIcon } from "lucide-react";
import type { ReactNode } from "react";
import { cx } from "./cx";

export type BadgeTone = "plain" | "bot" | "human" | "success" | "warning" | "danger" | "outline";
const TONES: Record<BadgeTone, string> = {
  plain: "bg-sunken text-ink-2",
  bot: "bg-accent-soft text-accent-ink",
  human: "bg-human-soft text-human",
  success: "bg-success-soft text-success",
  warning: "bg-warning-soft text-warning",
  danger: "bg-danger-soft text-danger",
  outline: "border border-line-strong text-ink-2",
};

/** A state in a word. Colour never stands alone: a tone that judges comes with its icon. */
export function Badge({ tone = "plain", icon: Icon, children }: { tone?: BadgeTone; icon?: LucideIcon; children: ReactNode }) {
  return (
    <span className={cx("inline-flex h-5 items-center gap-1 rounded-sm px-[7px] text-12 leading-none font-medium whitespace-nowrap", TONES[tone])}>
      {Icon && <Icon aria-hidden="true" strokeWidth={1.75} className="size-3 flex-none" />}
      {children}
    </span>
  );
}

/** How many are waiting to be read. */
export function Count({ value, label }: { value: string; label: string }) {
  return (
    <span className="num h-[18px] min-w-[18px] flex-none rounded-full bg-accent px-[5px] text-center text-11 leading-[18px] font-semibold text-on-accent">
      <span aria-hidden="true">{value}</span>
      <span className="sr-only">{label}</span>
    </span>
  );
}
