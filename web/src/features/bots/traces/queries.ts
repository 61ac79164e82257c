import { queryOptions } from "@tanstack/react-query";
import { api, dataOf } from "@/api";

/** What is asked about: a message that a bot sent, or a line of the thread. */
export type Asked = { messageId: string } | { conversationId: string; eventId: string };

/** Why the bot did it. What a sprint did never changes; only that it is gone one day. */
export const traceQuery = (asked: Asked) =>
  queryOptions({
    queryKey: ["traces", asked],
    queryFn: async () => {
      if ("messageId" in asked) return dataOf(await api.GET("/api/messages/{message_id}/trace", { params: { path: { message_id: asked.messageId } } }));
      const path = { conversation_id: asked.conversationId, event_id: asked.eventId };
      return dataOf(await api.GET("/api/conversations/{conversation_id}/events/{event_id}/trace", { params: { path } }));
    },
    staleTime: 60_000,
  });
