import type { Conversation, Message } from "@/api/models";

/** Wire shapes for tests, complete and plain; each test names only what it is about. */
export function aMessage(over: Partial<Message>): Message {
  return {
    id: "m",
    conversation_id: "c",
    direction: "in",
    type: "text",
    content: { body: "hello" },
    status: over.direction === "out" ? "sent" : "received",
    sending_state: over.direction === "out" ? "done" : null,
    author: over.direction === "out" ? { kind: "user", id: "u", name: "Noura" } : { kind: "contact", id: "p", name: "Khalid" },
    provider_id: null,
    reply_to: null,
    failure: null,
    waiting: null,
    degradations: [],
    parts: [],
    attempt: 1,
    accepted_at: null,
    sent_at: null,
    delivered_at: null,
    read_at: null,
    played_at: null,
    pricing: null,
    failed_at: null,
    at: "2026-11-20T09:00:00Z",
    is_stale: false,
    is_imported: false,
    reactions: [],
    versions: [],
    edited_at: null,
    deleted_at: null,
    ...over,
  };
}

export function aConversation(over: Partial<Conversation>): Conversation {
  return {
    id: "c",
    channel: { id: "ch", name: "Olaya line", provider: "meta", number: "+966500000001" },
    contact: { id: "p", name: "Khalid Al-Harbi", phone: "+966500000142", user_id: null, username: null, language: "en" },
    mode: "bot",
    unread: 0,
    assignee: null,
    last_message: null,
    last_at: "2026-11-20T09:00:00Z",
    window_expires_at: "2026-11-21T09:00:00Z",
    bot: null,
    other_app: null,
    created_at: "2026-11-01T09:00:00Z",
    ...over,
  };
}
