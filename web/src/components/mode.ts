import { Bot, Check, type LucideIcon, UserRound } from "lucide-react";
import type { BadgeTone } from "./Badge";

export type Mode = "bot" | "human" | "closed";

/** Who has a conversation: the same icon and colour everywhere it is shown. */
export const MODE_LOOK: Record<Mode, { icon: LucideIcon; tone: BadgeTone; corner: string }> = {
  bot: { icon: Bot, tone: "bot", corner: "bg-accent text-on-accent" },
  human: { icon: UserRound, tone: "human", corner: "bg-human text-surface" },
  closed: { icon: Check, tone: "plain", corner: "bg-sunken text-ink-3" },
};
