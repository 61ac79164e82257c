import type { PlayedAct, PreviewAct, SpokenMessage } from "@/api/models";
import type { Turn } from "./player";

type Words = { kind: "said"; act: Extract<PreviewAct, { type: "say" }>; tapped: string | null };
type Spoken = { kind: "spoken"; message: SpokenMessage; isLast: boolean; tapped: string | null };
type Event = { kind: "passed" | "answered" | "tookOver" | "handedBack" | "reacted" | "refusing" | "accepting" | "silence" | "crash"; at: string; word?: string };
type Performed = { kind: "performed"; given: NonNullable<PlayedAct["performed"]> };
type Change = { kind: "change"; change: PlayedAct["changes"][number] };

/** A line of the conversation on the phone. */
export type Line = { key: string } & (Words | Spoken | Event | Performed | Change);

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
      const given = after.acts[0]?.performed;
      lines.push(given ? { key: `${at}`, kind: "performed", given } : { key: `${at}`, at: now, ...eventOf(act) });
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
    for (const [place, change] of after.acts.flatMap((played) => played.changes).entries()) lines.push({ key: `${at}~${place}`, kind: "change", change });
    if (after.acts.some((played) => played.crashes.length > 0)) lines.push({ key: `${at}!`, kind: "crash", at: now });
    const isSilent = act.type === "say" && spoken.length === 0 && after.acts.every((played) => played.traces.length === 0);
    if (isSilent) lines.push({ key: `${at}-`, kind: "silence", at: now });
  }
  return lines;
}

/** An act that is no message, as a line. */
function eventOf(act: Exclude<PreviewAct, { type: "say" }>): Pick<Event, "kind" | "word"> {
  switch (act.type) {
    case "wait":
      return { kind: "passed" };
    case "take_over":
      return { kind: "tookOver" };
    case "hand_back":
      return { kind: "handedBack" };
    case "react":
      return { kind: "reacted", word: act.emoji };
    case "refuse":
      return act.code === null ? { kind: "accepting" } : { kind: "refusing", word: String(act.code) };
    default:
      return { kind: "answered" };
  }
}
