import { queryOptions } from "@tanstack/react-query";
import { api, dataOf } from "@/api";
import type { Channel } from "@/api/models";

/** All channels of the workspace; also what the tile in the rail is coloured by. */
export const channelsQuery = queryOptions({
  queryKey: ["channels", "list"],
  queryFn: async () => dataOf(await api.GET("/api/channels", { params: { query: { limit: 100 } } })).data,
});

/** Under this key lies all that providers told of accounts. */
export const TOLD_KEY = ["told"] as const;

export type Health = "none" | "active" | "partly" | "pending" | "error" | "disabled";

/** The worst that is true of a workspace's numbers: one that fails outweighs one that waits, and both outweigh those that work;
 * `partly` where some of these are switched off. */
export function healthOf(channels: readonly Channel[]): Health {
  const states = new Set(channels.map((channel) => channel.status));
  if (states.size === 2 && states.has("active") && states.has("disabled")) return "partly";
  for (const state of ["error", "pending", "active", "disabled"] as const) if (states.has(state)) return state;
  return "none";
}
