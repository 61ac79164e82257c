import { Check, CheckCheck, CircleAlert, CircleQuestionMark, Clock3, type LucideIcon } from "lucide-react";
import { useTranslation } from "react-i18next";
import { cx } from "./cx";

/** What became of an outgoing message, as far as we know. `unknown`: the answer was lost on the wire and we are finding out. */
export type TickState = "waiting" | "sent" | "delivered" | "read" | "failed" | "unknown";

const LOOK: Record<TickState, { icon: LucideIcon; color: string }> = {
  waiting: { icon: Clock3, color: "text-tick" },
  sent: { icon: Check, color: "text-tick" },
  delivered: { icon: CheckCheck, color: "text-tick" },
  read: { icon: CheckCheck, color: "text-tick-read" },
  failed: { icon: CircleAlert, color: "text-danger" },
  unknown: { icon: CircleQuestionMark, color: "text-warning" },
};

/** The tick, with its word beside it or for screen readers and the pointer only. `details`: what the pointer is told instead. */
export function Tick({ state, showWord = false, details }: { state: TickState; showWord?: boolean; details?: string }) {
  const { t } = useTranslation();
  const { icon: Icon, color } = LOOK[state];
  const word = t(`tick.${state}`);
  return (
    <span className={cx("inline-flex items-center gap-[3px]", color)} title={details || (showWord ? undefined : word)}>
      <Icon aria-hidden="true" strokeWidth={1.75} className="size-3.5 flex-none" />
      <span className={showWord ? undefined : "sr-only"}>{word}</span>
    </span>
  );
}
