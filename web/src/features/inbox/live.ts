import type { QueryClient } from "@tanstack/react-query";
import type { LiveEvent } from "@/realtime/events";
import { KEYS, patchConversation, patchMessage, patchStatus } from "./queries";

/**
 * Applies what the server tells to what has been fetched. Data that is being fetched at this moment may be older than the event, and would
 * overwrite it when it arrives: such a fetch is started anew.
 */
export function applyLiveEvent(queryClient: QueryClient, event: LiveEvent, userId: string): void {
  switch (event.type) {
    case "message.received":
      patchMessage(queryClient, event.data.message);
      patchConversation(queryClient, event.data.conversation, userId);
      restartFetches(queryClient, event.data.conversation.id);
      return;
    case "message.status":
      patchStatus(queryClient, event.data.message);
      restartFetches(queryClient, event.data.message.conversation_id);
      return;
    case "conversation.updated":
      patchConversation(queryClient, event.data.conversation, userId);
      restartFetches(queryClient, event.data.conversation.id);
      return;
  }
}

function restartFetches(queryClient: QueryClient, conversationId: string): void {
  for (const queryKey of [KEYS.lists, KEYS.detail(conversationId), KEYS.messages(conversationId)]) {
    void queryClient.invalidateQueries({ queryKey, refetchType: "all", predicate: (query) => query.state.fetchStatus === "fetching" });
  }
}
