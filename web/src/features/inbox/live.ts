import type { Query, QueryClient } from "@tanstack/react-query";
import type { LiveEvent } from "@/realtime/events";
import { channelsQuery, TOLD_KEY } from "@/features/workspace/queries";
import { moveDraft } from "./thread/drafts";
import { forgetConversation, KEYS, patchConversation, patchMessage, patchStatus } from "./queries";

/**
 * Applies what the server tells to what has been fetched. Data that is being fetched at this moment may be older than the event, and will
 * overwrite it when it arrives: it is fetched once more after that.
 */
export function applyLiveEvent(queryClient: QueryClient, event: LiveEvent, userId: string): void {
  switch (event.type) {
    case "message.received":
      patchMessage(queryClient, event.data.message);
      patchConversation(queryClient, event.data.conversation, userId);
      fetchAgainAfter(queryClient, event.data.conversation.id);
      return;
    case "message.changed":
      patchMessage(queryClient, event.data.message);
      fetchAgainAfter(queryClient, event.data.message.conversation_id);
      return;
    case "message.status":
      patchStatus(queryClient, event.data.message);
      fetchAgainAfter(queryClient, event.data.message.conversation_id);
      return;
    case "conversation.updated":
      if (event.data.merged_id) dropMerged(queryClient, event.data.merged_id, event.data.conversation.id, userId);
      patchConversation(queryClient, event.data.conversation, userId);
      // A flow may have failed: a line in the thread that changes nothing else of the conversation.
      void queryClient.invalidateQueries({ queryKey: KEYS.events(event.data.conversation.id) }, { cancelRefetch: false });
      fetchAgainAfter(queryClient, event.data.conversation.id);
      return;
    case "account.changed":
      for (const queryKey of [TOLD_KEY, channelsQuery.queryKey]) void queryClient.invalidateQueries({ queryKey });
      return;
    case "channel.changed":
      void queryClient.invalidateQueries({ queryKey: channelsQuery.queryKey });
      return;
  }
}

/** One conversation took up another: who looks at that one is led on, and what was said in it stands in the one that goes on. */
function dropMerged(queryClient: QueryClient, mergedId: string, keptId: string, userId: string): void {
  moveDraft(`${userId}.${mergedId}`, `${userId}.${keptId}`);
  forgetConversation(queryClient, mergedId);
  for (const queryKey of [KEYS.detail(mergedId), KEYS.messages(keptId), KEYS.events(keptId), KEYS.contacts]) void queryClient.invalidateQueries({ queryKey });
}

const fetchedAgain = new WeakSet<Query>();

/** Once for any number of events during one fetch, and never by breaking it off: under load it would not come to its end. */
function fetchAgainAfter(queryClient: QueryClient, conversationId: string): void {
  for (const queryKey of [KEYS.lists, KEYS.detail(conversationId), KEYS.messages(conversationId)]) {
    for (const query of queryClient.getQueryCache().findAll({ queryKey, fetchStatus: "fetching" })) {
      if (fetchedAgain.has(query)) continue;
      fetchedAgain.add(query);
      void Promise.allSettled([query.promise]).then(() => {
        fetchedAgain.delete(query);
        void queryClient.invalidateQueries({ queryKey: query.queryKey, exact: true, refetchType: "all" });
      });
    }
  }
}
