import * as z from "zod/mini";
import type { Conversation, Message } from "@/api/models";

const text = z.string();
const maybe = z.nullable(z.string());
const json = z.record(z.string(), z.unknown());
const bilingual = z.object({ en: text, ar: text });
const failure = z.nullable(z.looseObject({ code: text, title: bilingual, text: bilingual, action: maybe }));
const waiting = z.nullable(
  z.looseObject({ code: z.enum(["channel_in_trouble", "channel_off", "slowed_down", "tried_again", "delivery"]), text: bilingual, action: text }),
);
const degradation = z.looseObject({
  code: z.enum([...["text_split", "text_cut", "caption_moved", "body_moved", "buttons_to_list", "list_paged"] as const, ...["titles_shortened", "texts_shortened", "merged"] as const]),
  from: z.number(),
  to: z.number(),
  limit: z.number(),
});
const direction = z.enum(["in", "out"]);
const kind = z.enum([
  ...["text", "buttons", "list", "button_reply", "list_reply", "form_reply", "address", "call_permission"] as const,
  ...["image", "video", "audio", "document", "sticker", "location", "contacts", "order", "call", "system", "unsupported"] as const,
]);
const status = z.enum(["received", "pending", "accepted", "sent", "delivered", "read", "played", "failed"]);
const sendingState = z.nullable(z.enum(["queued", "sending", "retrying", "unknown", "done", "dead", "cancelled"]));
const author = z.looseObject({ kind: z.enum(["contact", "bot", "user", "phone", "app"]), id: maybe, name: maybe });

/** Loose objects: a server that is newer than this page may say more than we know, never less. */
export const messageSchema = z.looseObject({
  id: text,
  conversation_id: text,
  direction,
  type: kind,
  content: json,
  status,
  sending_state: sendingState,
  author,
  provider_id: maybe,
  reply_to: maybe,
  failure,
  waiting,
  degradations: z.array(degradation),
  parts: z.array(text),
  attempt: z.number(),
  accepted_at: maybe,
  sent_at: maybe,
  delivered_at: maybe,
  read_at: maybe,
  played_at: maybe,
  pricing: z.nullable(z.looseObject({ is_billable: z.nullable(z.boolean()), model: maybe, type: maybe, category: maybe })),
  failed_at: maybe,
  at: text,
  is_stale: z.boolean(),
  is_imported: z.boolean(),
  reactions: z.array(z.looseObject({ emoji: text, author: z.enum(["contact", "business"]), at: text })),
  versions: z.array(z.looseObject({ type: kind, content: json, at: text })),
  edited_at: maybe,
  deleted_at: maybe,
}) satisfies z.ZodMiniType<Message>;

export const conversationSchema = z.looseObject({
  id: text,
  channel: z.looseObject({ id: text, name: text, provider: z.enum(["meta", "twilio"]), number: text }),
  contact: z.looseObject({ id: text, name: maybe, phone: maybe, user_id: maybe, username: maybe, language: maybe }),
  mode: z.enum(["bot", "human", "closed"]),
  unread: z.number(),
  assignee: z.nullable(z.looseObject({ id: text, name: text })),
  last_message: z.nullable(z.looseObject({ id: text, direction, type: kind, preview: text, is_voice: z.boolean(), is_deleted: z.boolean(), status, sending_state: sendingState, failure, author, at: text })),
  last_at: text,
  window_expires_at: maybe,
  bot: z.nullable(z.looseObject({ id: text, name: text, version: z.nullable(z.number()) })),
  other_app: maybe,
  created_at: text,
}) satisfies z.ZodMiniType<Conversation>;

const cursor = z.nullish(z.string());

const serverEvent = z.discriminatedUnion("type", [
  z.looseObject({ type: z.literal("subscribed"), data: z.looseObject({ cursor }) }),
  z.looseObject({ type: z.literal("pong") }),
  z.looseObject({ type: z.literal("resync"), cursor }),
  z.looseObject({ type: z.literal("message.received"), data: z.object({ message: messageSchema, conversation: conversationSchema }), cursor }),
  z.looseObject({ type: z.literal("message.status"), data: z.object({ message: messageSchema }), cursor }),
  z.looseObject({ type: z.literal("message.changed"), data: z.object({ message: messageSchema }), cursor }),
  z.looseObject({ type: z.literal("conversation.updated"), data: z.object({ conversation: conversationSchema, merged_id: z.nullish(text) }), cursor }),
  z.looseObject({ type: z.literal("account.changed"), data: z.looseObject({}), cursor }),
  z.looseObject({ type: z.literal("channel.changed"), data: z.looseObject({}), cursor }),
]);

/** What screens are told. `account.changed` and `channel.changed`: only that there is something new to fetch. */
export type LiveEvent =
  | { type: "message.received"; data: { message: Message; conversation: Conversation } }
  | { type: "message.status"; data: { message: Message } }
  | { type: "message.changed"; data: { message: Message } }
  /** `merged_id`: a conversation that this one took up. */
  | { type: "conversation.updated"; data: { conversation: Conversation; merged_id?: string | null | undefined } }
  | { type: "account.changed"; data: object }
  | { type: "channel.changed"; data: object };

/** Everything the socket may say; `unreadable` is what this page does not understand, and must be answered by fetching anew. */
export type ServerEvent =
  | { type: "subscribed"; cursor: string | null }
  | { type: "pong" }
  | { type: "resync"; cursor: string | null }
  | { type: "live"; event: LiveEvent; cursor: string | null }
  | { type: "unreadable"; cursor: string | null };

/** One frame of the socket. Never throws. */
export function readFrame(frame: string): ServerEvent {
  const parsed = serverEvent.safeParse(parseJson(frame));
  if (!parsed.success) return { type: "unreadable", cursor: null };
  const event = parsed.data;
  switch (event.type) {
    case "pong":
      return { type: "pong" };
    case "subscribed":
      return { type: "subscribed", cursor: event.data.cursor ?? null };
    case "resync":
      return { type: "resync", cursor: event.cursor ?? null };
    case "message.received":
    case "message.status":
    case "message.changed":
    case "conversation.updated":
    case "account.changed":
    case "channel.changed":
      return { type: "live", event, cursor: event.cursor ?? null };
  }
}

function parseJson(frame: string): unknown {
  try {
    return JSON.parse(frame);
  } catch {
    return null;
  }
}
