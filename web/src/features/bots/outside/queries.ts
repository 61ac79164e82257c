import { keepPreviousData, queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { api, dataOf } from "@/api";
import type { paths } from "@/api/schema.gen";
import type { FlowTriggers, Hook, HookEvent, ScheduleRuns } from "@/api/models";

/** Secret addresses at which other systems start a bot's flow. */
const KEYS = {
  hooks: (botId: string) => ["hooks", botId],
  calls: (hookId: string) => ["hook-calls", hookId],
} as const;

const CALLS_MS = 10_000;

export const hooksQuery = (botId: string) =>
  queryOptions({
    queryKey: KEYS.hooks(botId),
    queryFn: async (): Promise<Hook[]> => dataOf(await api.GET("/api/bots/{bot_id}/hooks", { params: { path: { bot_id: botId } } })).data,
  });

export const callsQuery = (botId: string, hookId: string) =>
  queryOptions({
    queryKey: KEYS.calls(hookId),
    queryFn: async (): Promise<HookEvent[]> => dataOf(await api.GET("/api/bots/{bot_id}/hooks/{hook_id}/calls", { params: { path: { bot_id: botId, hook_id: hookId } } })).data,
    refetchInterval: CALLS_MS,
  });

/** Makes an address, or another one in its place: the one before is good for `keep` seconds more. */
export function useMakeHook(botId: string) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: async ({ nodeId, keep = 0 }: { nodeId: string; keep?: number }) =>
      dataOf(await api.POST("/api/bots/{bot_id}/hooks", { params: { path: { bot_id: botId } }, body: { node_id: nodeId, keep_former_seconds: keep } })),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: KEYS.hooks(botId) }),
  });
}

export function useEndHook(botId: string) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => api.DELETE("/api/bots/{bot_id}/hooks/{hook_id}", { params: { path: { bot_id: botId, hook_id: id } } }),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: KEYS.hooks(botId) }),
  });
}

/** When a schedule runs: an hour, and perhaps days of the week or of the month. */
export type ScheduleTimes = NonNullable<paths["/api/schedule-runs"]["get"]["parameters"]["query"]>;

/** The next runs of a schedule, as the server plans them: published or not. */
export const scheduleRunsQuery = (times: ScheduleTimes) =>
  queryOptions({
    queryKey: ["schedule-runs", times],
    queryFn: async (): Promise<ScheduleRuns> => dataOf(await api.GET("/api/schedule-runs", { params: { query: times } })),
    placeholderData: keepPreviousData,
    retry: false,
  });

/** Which flow answers what, and who would answer a text; without one only what there is. */
export const answersQuery = (text = "", channelId = "", isFirst = false) =>
  queryOptions({
    queryKey: ["bots", "answers", text, channelId, isFirst],
    queryFn: async (): Promise<FlowTriggers> => dataOf(await api.GET("/api/flow-triggers", { params: { query: { ...(text && { text }), ...(channelId && { channel_id: channelId }), is_first: isFirst } } })),
    placeholderData: keepPreviousData,
  });
