import type { PreviewAct, SpokenMessage } from "@/api/models";
import type { Turn } from "./player";

type Words = { kind: "said"; act: Extract<PreviewAct, { type: "say" }>; tapped: string | null };
type Spoken = { kind: "spoken"; message: SpokenMessage; isLast: boolean; tapped: string | null };
type Event = { kind: "passed" | "answered" | "handedBack" | "silence" | "crash"; at: string };

/** A line of the conversation on the phone. */
export type Line = { key: string } & (Words | Spoken | Event);

/** What stands on the phone after some turns. `isLast`: the message whose buttons may be tapped now; `tapped`: the choice that was taken. */
export function linesOf(turns: readonly Turn[]): Line[] {
  const lines: Line[] = [];
  let offer: (Spoken & { key: string }) | null = null;
  for (const [at, { act, after }] of turns.entries()) {
    const now = after.now;
    if (act.type === "say") {
      const tapped = act.message.type === "button_reply" || act.message.type === "list_reply" ? act.message.id : null;
      if (offer) [offer.isLast, offer.tapped] = [false, tapped];
      offer = null;
      lines.push({ key: `${at}`, kind: "said", act, tapped });
    } else {
      const kind = act.type === "wait" ? "passed" : act.type === "answer" ? "answered" : "handedBack";
      lines.push({ key: `${at}`, kind, at: now });
    }
    const spoken = after.acts.flatMap((played) => played.spoken);
    for (const [place, message] of spoken.entries()) {
      const line: Spoken & { key: string } = { key: `${at}.${place}`, kind: "spoken", message, isLast: false, tapped: null };
      if (message.type === "buttons" || message.type === "list") {
        if (offer) offer.isLast = false;
        offer = line;
        line.isLast = !message.is_refused;
      }
      lines.push(line);
    }
    if (after.acts.some((played) => played.crashes.length > 0)) lines.push({ key: `${at}!`, kind: "crash", at: now });
    const isSilent = act.type === "say" && spoken.length === 0 && after.acts.every((played) => played.traces.length === 0);
    if (isSilent) lines.push({ key: `${at}-`, kind: "silence", at: now });
  }
  return lines;
}
