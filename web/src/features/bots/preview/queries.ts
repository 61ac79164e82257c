import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { api, dataOf } from "@/api";
import type { BotTest, DraftPassCreated, PassCreate, PreviewSetting, Simulated, Simulation, TestAct } from "@/api/models";

/** Plays a flow; nothing is kept by the server. */
export const simulate = async (body: Simulation): Promise<Simulated> => dataOf(await api.POST("/api/flows/simulate", { body }));

type Kept = { name: string; setting: PreviewSetting; acts: TestAct[] };

/** Keeps what was played as a test of the saved draft. */
export const useKeepTest = (botId: string, save: () => Promise<void>) =>
  useMutation({
    mutationFn: async (body: Kept): Promise<BotTest> => {
      await save();
      return dataOf(await api.POST("/api/bots/{bot_id}/tests", { params: { path: { bot_id: botId } }, body }));
    },
  });

const passesKey = (botId: string) => ["bots", "passes", botId] as const;

/** Who may try the draft on a phone; asked again while it is looked at, for somebody may just send the word. */
export const passesQuery = (botId: string) =>
  queryOptions({
    queryKey: passesKey(botId),
    queryFn: async () => dataOf(await api.GET("/api/bots/{bot_id}/passes", { params: { path: { bot_id: botId } } })).data,
    refetchInterval: 3_000,
  });

/** A word for the saved draft as it stands. */
export function useMakePass(botId: string, save: () => Promise<void>) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: async (body: PassCreate): Promise<DraftPassCreated> => {
      await save();
      return dataOf(await api.POST("/api/bots/{bot_id}/passes", { params: { path: { bot_id: botId } }, body }));
    },
    onSuccess: () => queryClient.invalidateQueries({ queryKey: passesKey(botId) }),
  });
}

export function useRevokePass(botId: string) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => api.DELETE("/api/bots/{bot_id}/passes/{pass_id}", { params: { path: { bot_id: botId, pass_id: id } } }),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: passesKey(botId) }),
  });
}
