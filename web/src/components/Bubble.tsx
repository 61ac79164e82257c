import type { LucideIcon } from "lucide-react";
import type { ReactNode } from "react";
import { cx } from "./cx";

export type Speaker = "customer" | "bot" | "human";
const GROUNDS: Record<Speaker, string> = { customer: "bg-bubble-in", bot: "bg-bubble-bot", human: "bg-bubble-human" };

type BubbleRowProps = { speaker: Speaker; isGrouped?: boolean; isNew?: boolean; author?: ReactNode; footer?: ReactNode; /** What stands beside the bubble. */ aside?: ReactNode; children: ReactNode };

/** One message's place in the thread: author line, body, time and tick below. Grouped ones stand 3 px apart. */
export function BubbleRow({ speaker, isGrouped = false, isNew = false, author, footer, aside, children }: BubbleRowProps) {
  const isOut = speaker !== "customer";
  return (
    <div
      className={cx(
        "group/row relative flex max-w-[min(468px,82%)] flex-col pane:max-w-[min(468px,66%)]",
        isOut ? "items-end self-end" : "items-start self-start",
        isGrouped ? "mt-[3px]" : "mt-2.5",
        isNew && "animate-rise",
      )}
    >
      {author && !isGrouped && <div className="mb-[3px] flex items-center gap-[5px] px-0.5 text-12 text-ink-3">{author}</div>}
      {children}
      {aside}
      {footer && <div className={cx("mt-0.5 flex flex-wrap items-center gap-1 text-11 text-ink-3", isOut && "justify-end")}>{footer}</div>}
    </div>
  );
}

/** The bubble. Its corner at the speaker's side is sharp on the first of a group; its text runs in its own direction. */
export function Bubble({ speaker, isGrouped = false, children, isText = true }: { speaker: Speaker; isGrouped?: boolean; isText?: boolean; children: ReactNode }) {
  const corner = isGrouped ? "" : speaker === "customer" ? "rounded-ss-[5px]" : "rounded-se-[5px]";
  return (
    <div
      dir={isText ? "auto" : undefined}
      className={cx("user-text rounded-bubble px-3 py-2 max-pane:rounded-[16px] max-pane:px-[13px] max-pane:text-[15px] max-pane:leading-[25px]", corner, GROUNDS[speaker])}
    >
      {children}
    </div>
  );
}

/** The buttons that a message offered. The one the customer tapped is filled, and says so. */
export function BubbleChoices({ choices, tappedLabel }: { choices: readonly { id: string; title: string; isTapped: boolean }[]; tappedLabel: string }) {
  return (
    <ul className="mt-[5px] flex flex-wrap justify-end gap-1.5">
      {choices.map((choice) => (
        <li
          key={choice.id}
          dir="auto"
          className={cx("rounded-md border border-accent-line px-2.5 py-[3px] text-[12.5px] leading-[18px] font-medium text-accent-ink", choice.isTapped && "bg-accent-soft")}
        >
          {choice.title}
          {choice.isTapped && <span className="sr-only"> {tappedLabel}</span>}
        </li>
      ))}
    </ul>
  );
}

/** Something that happened to the conversation: one centred line. */
export function EventLine({ icon: Icon, children }: { icon?: LucideIcon; children: ReactNode }) {
  return (
    <p className="mt-3.5 mb-1 flex items-center gap-[7px] self-center text-center text-12 text-ink-3">
      {Icon && <Icon aria-hidden="true" strokeWidth={1.75} className="size-3.5 flex-none" />}
      <span>{children}</span>
    </p>
  );
}

/** A new day in the thread. */
export function DayLine({ children }: { children: ReactNode }) {
  return <p className="mt-4 mb-1 self-center text-center text-12 text-ink-3">{children}</p>;
}
