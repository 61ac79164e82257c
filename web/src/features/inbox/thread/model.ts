import type { ConversationEvent, Message } from "@/api/models";
import type { Speaker, TickState } from "@/components";
import { type Circumstances, readCircumstances } from "../circumstances";
import { type Content, readContent } from "../content";
import { tickOf } from "../status";

const GROUP_WITHIN_MS = 2 * 60_000;

export type MessageItem = {
  kind: "message";
  key: string;
  message: Message;
  content: Content;
  /** What came beside what it says. */
  circumstances: Circumstances;
  speaker: Speaker;
  tick: TickState | null;
  /** Follows one of the same speaker within two minutes. */
  isGrouped: boolean;
  /** Time and tick stand below: the last of its group, or one that fared, or is counted, otherwise than the next. */
  hasFooter: boolean;
  /** The id of the button or row that the customer chose, if any. */
  chosenId: string | null;
};
type NoticeContent = Extract<Content, { kind: "call" | "system" }>;
/** What stands in the thread without anybody having said something. */
export type NoticeItem = { kind: "notice"; key: string; message: Message; content: NoticeContent };
/** Where what the phone had said before begins, and where it ends. */
export type BorderItem = { kind: "border"; key: string; isBegin: boolean };
export type ThreadItem = MessageItem | NoticeItem | BorderItem | { kind: "event"; key: string; event: ConversationEvent } | { kind: "day"; key: string; at: string };

/**
 * A thread from top to bottom, oldest first: messages grouped, days and events between them, the customer's choices marked.
 * In the order of their ids, which is the order in which they were handled: a provider tells whole seconds only, and a bot
 * answers within one.
 */
export function buildThread(messages: readonly Message[], events: readonly ConversationEvent[], dayKey: (at: string) => string): ThreadItem[] {
  const oldestFirst = messages.toReversed();
  const choices = findChoices(oldestFirst);
  const first = oldestFirst[0];
  // Events before the oldest message fetched come when it is.
  const shownEvents = events.filter((event) => !first || event.id > first.id);
  const moments = [...oldestFirst.map((message) => ({ ...message, message })), ...shownEvents.map((event) => ({ ...event, event }))];
  moments.sort((a, b) => (a.id < b.id ? -1 : 1));

  const items: ThreadItem[] = [];
  let day: string | null = null;
  let dayAt = Number.NEGATIVE_INFINITY;
  let last: MessageItem | null = null;
  let isImported = false;
  for (const moment of moments) {
    const key = dayKey(moment.at);
    // Forward only: what the provider held back for a day stands where it was handled, with its own time.
    if (key !== day && Date.parse(moment.at) > dayAt) {
      items.push({ kind: "day", key: `day-${key}`, at: moment.at });
      day = key;
      dayAt = Date.parse(moment.at);
      last = null;
    }
    if ("event" in moment) {
      items.push({ kind: "event", key: moment.event.id, event: moment.event });
      last = null;
      continue;
    }
    const { message } = moment;
    if (message.is_imported !== isImported) {
      isImported = message.is_imported;
      items.push({ kind: "border", key: `border-${message.id}`, isBegin: isImported });
      last = null;
    }
    const content = readContent(message);
    if (content.kind === "call" || content.kind === "system") {
      items.push({ kind: "notice", key: message.id, message, content });
      last = null;
      continue;
    }
    const circumstances = readCircumstances(message.content);
    const isGrouped: boolean = last !== null && follows(last.message, message);
    const item: MessageItem = {
      kind: "message",
      key: message.id,
      message,
      content,
      circumstances,
      speaker: speakerOf(message),
      tick: tickOf(message),
      isGrouped,
      hasFooter: true,
      chosenId: choices.get(message.id) ?? null,
    };
    const isPlain = last !== null && !last.message.edited_at && isCountedAs(last.message, message);
    if (isGrouped && isPlain && last && last.tick === item.tick && item.content.kind !== "reply") last.hasFooter = last.tick === "failed";
    items.push(item);
    last = item;
  }
  return items;
}

function speakerOf(message: Message): Speaker {
  if (message.direction === "in") return "customer";
  return message.author.kind === "bot" ? "bot" : "human";
}

function follows(before: Message, message: Message): boolean {
  return (
    before.direction === message.direction &&
    before.author.kind === message.author.kind &&
    before.author.id === message.author.id &&
    Date.parse(message.at) - Date.parse(before.at) < GROUP_WITHIN_MS
  );
}

/** WhatsApp counts both as the same, or has not said it of one yet. */
function isCountedAs({ pricing }: Message, { pricing: other }: Message): boolean {
  return !pricing || !other || (pricing.is_billable === other.is_billable && pricing.category === other.category);
}

/** Which button or row of which message was chosen: by the reply's reference, else by the nearest offer of that id before it. */
function findChoices(oldestFirst: readonly Message[]): Map<string, string> {
  const chosen = new Map<string, string>();
  const offers: { message: Message; ids: Set<string> }[] = [];
  for (const message of oldestFirst) {
    const content = readContent(message);
    if (content.kind === "buttons") offers.push({ message, ids: new Set(content.choices.map((choice) => choice.id)) });
    if (content.kind === "list") offers.push({ message, ids: new Set(content.sections.flatMap((section) => section.choices.map((choice) => choice.id))) });
    if (content.kind !== "reply") continue;
    const offer =
      offers.findLast((one) => message.reply_to !== null && (one.message.provider_id === message.reply_to || one.message.id === message.reply_to)) ??
      offers.findLast((one) => one.ids.has(content.id));
    if (offer) chosen.set(offer.message.id, content.id);
  }
  return chosen;
}
