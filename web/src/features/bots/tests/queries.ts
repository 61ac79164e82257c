import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { api, dataOf } from "@/api";
import type { components } from "@/api/schema.gen";

type Schemas = components["schemas"];
export type Report = Schemas["BotTestReport"];
export type KeptConversation = Schemas["KeptConversation"];

const keyOf = (botId: string) => ["bots", "tests", botId] as const;

export const testsQuery = (botId: string) =>
  queryOptions({
    queryKey: keyOf(botId),
    queryFn: async () => dataOf(await api.GET("/api/bots/{bot_id}/tests", { params: { path: { bot_id: botId }, query: { limit: 100 } } })).data,
  });

/** Plays tests on the draft: all of them, or some. */
export const useRunTests = (botId: string) =>
  useMutation({
    mutationFn: async (ids: string[] | null): Promise<Report> => dataOf(await api.POST("/api/bots/{bot_id}/tests/run", { params: { path: { bot_id: botId } }, body: { version: "draft", ids } })),
  });

/** What the draft says now is right from here on. */
export const useAcceptTest = (botId: string) => useTestChange(botId, async (id) => dataOf(await api.PATCH("/api/bots/{bot_id}/tests/{test_id}", { params: { path: { bot_id: botId, test_id: id } }, body: { accepts: true } })));

export const useDeleteTest = (botId: string) => useTestChange(botId, (id) => api.DELETE("/api/bots/{bot_id}/tests/{test_id}", { params: { path: { bot_id: botId, test_id: id } } }));

function useTestChange(botId: string, change: (id: string) => Promise<unknown>) {
  const queryClient = useQueryClient();
  return useMutation({ mutationFn: change, onSuccess: () => queryClient.invalidateQueries({ queryKey: keyOf(botId) }) });
}

/** Keeps a stretch of a real conversation as a test. */
export function useKeepConversation(conversationId: string) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: async (body: Schemas["ConversationTest"]): Promise<KeptConversation> => dataOf(await api.POST("/api/conversations/{conversation_id}/bot-test", { params: { path: { conversation_id: conversationId } }, body })),
    onSuccess: (kept) => queryClient.invalidateQueries({ queryKey: keyOf(kept.test.bot_id) }),
  });
}
