import { useMutation } from "@tanstack/react-query";
import { api, dataOf } from "@/api";
import type { BotTest, PreviewSetting, Simulated, Simulation, TestAct } from "@/api/models";

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
