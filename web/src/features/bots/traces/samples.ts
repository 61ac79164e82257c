import type { FlowNodeType, SprintTrace } from "@/api/models";

/** A sprint for tests: a question about a size is answered, and the bot says it back. */
export function aSprint(over: Partial<SprintTrace>): SprintTrace {
  return {
    id: "s",
    conversation_id: "c",
    session_id: "se",
    sprint: 2,
    bot_id: "b",
    bot_name: "Café",
    version_id: "v3",
    version: 3,
    at: "2026-11-20T09:00:00Z",
    given: { type: "message", message_type: "text", text: "large" },
    by: null,
    asked: null,
    flows: [{ version_id: "v3", version: 3, bot_id: "b", bot_name: "Café", nodes: { ask: { name: "Which size?", type: "ask_question" }, answer: { name: null, type: "whatsapp_reply" } } }],
    path: [
      { node_id: "ask", exit: "answered", is_arrival: false, version_id: null },
      { node_id: "answer", exit: "next", is_arrival: true, version_id: null },
    ],
    said: [{ node_id: "answer", message_ids: ["m1"] }],
    variables: [{ name: "size", before: null, after: "large" }],
    values: [{ node_id: "answer", expression: "You chose {{ size }}", value: "You chose large" }],
    errors: [],
    wait: null,
    status: "completed",
    parked_at: null,
    is_cut: false,
    ...over,
  };
}

const type = (name: string, en: string, ar: string) => ({ type: name, label: { en, ar }, group: "says", icon: "message-square" });
export const TYPES = [type("ask_question", "Question", "سؤال"), type("whatsapp_reply", "Message", "رسالة")] as unknown as FlowNodeType[];
