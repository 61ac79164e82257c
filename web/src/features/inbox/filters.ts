import type { Conversation } from "@/api/models";
import type { InboxSearch } from "@/routes/inbox";

/** What the list asks the server for; the same words as the API's query. */
export type ConversationFilter = { mode: Conversation["mode"]; assigned?: "me" | "none"; unread?: true; q?: string };

const TABS: Record<InboxSearch["tab"], ConversationFilter> = {
  mine: { mode: "human", assigned: "me" },
  unassigned: { mode: "human", assigned: "none" },
  bot: { mode: "bot" },
  closed: { mode: "closed" },
};

export function filterOf({ tab, q, unread }: InboxSearch): ConversationFilter {
  const words = q?.trim();
  return { ...TABS[tab], ...(unread && { unread }), ...(words && { q: words }) };
}

/** Whether a conversation belongs to a filtered list, as far as this page can tell: the server alone knows what its search finds. */
export function belongsTo(filter: ConversationFilter, conversation: Conversation, userId: string): boolean | "unknown" {
  if (conversation.mode !== filter.mode) return false;
  if (filter.assigned === "me" && conversation.assignee?.id !== userId) return false;
  if (filter.assigned === "none" && conversation.assignee) return false;
  if (filter.unread && conversation.unread === 0) return false;
  return filter.q ? "unknown" : true;
}

/** The tab in which a conversation is found. */
export function tabOf(conversation: Conversation, userId: string): InboxSearch["tab"] | null {
  if (conversation.mode !== "human") return conversation.mode;
  if (!conversation.assignee) return "unassigned";
  return conversation.assignee.id === userId ? "mine" : null;
}
