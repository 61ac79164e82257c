import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { api, dataOf } from "@/api";
import type { Bot } from "@/api/models";

/** Reads, writes and cache rules of bots and their flows. */
export const KEYS = {
  all: ["bots"],
  list: ["bots", "list"],
  flow: (id: string, version: FlowChoice) => ["bots", "flow", id, version],
  versions: (id: string) => ["bots", "versions", id],
  nodeTypes: ["bots", "node-types"],
} as const;

/** Which of a bot's flows is looked at; a number is that of an older version. */
export type FlowChoice = "draft" | "published" | number;

export const botsQuery = queryOptions({
  queryKey: KEYS.list,
  queryFn: async () => dataOf(await api.GET("/api/bots", { params: { query: { limit: 100 } } })).data,
});

export const flowQuery = (id: string, version: FlowChoice) =>
  queryOptions({
    queryKey: KEYS.flow(id, version),
    queryFn: async () => dataOf(await api.GET("/api/bots/{bot_id}/flow", { params: { path: { bot_id: id }, query: { version: String(version) } } })),
  });

export const versionsQuery = (id: string) =>
  queryOptions({
    queryKey: KEYS.versions(id),
    queryFn: async () => dataOf(await api.GET("/api/bots/{bot_id}/flow/versions", { params: { path: { bot_id: id }, query: { limit: 20 } } })).data,
  });

export const nodeTypesQuery = queryOptions({
  queryKey: KEYS.nodeTypes,
  queryFn: async () => dataOf(await api.GET("/api/flow-nodes")).data,
  staleTime: Number.POSITIVE_INFINITY,
});

/** After any change of a bot its list, flows and versions are asked for anew. */
function useBotChange<Input>(change: (input: Input) => Promise<unknown>) {
  const queryClient = useQueryClient();
  return useMutation({ mutationFn: change, onSuccess: () => queryClient.invalidateQueries({ queryKey: KEYS.all }) });
}

export const useCreateBot = () => useBotChange(async (name: string) => dataOf(await api.POST("/api/bots", { body: { name } })));

export const useSetBotStatus = () =>
  useBotChange(async ({ id, status }: { id: string; status: Extract<Bot["status"], "active" | "inactive"> }) =>
    dataOf(await api.PATCH("/api/bots/{bot_id}", { params: { path: { bot_id: id } }, body: { status } })),
  );

export const usePublish = () => useBotChange(async (id: string) => dataOf(await api.POST("/api/bots/{bot_id}/publish", { params: { path: { bot_id: id } } })));
