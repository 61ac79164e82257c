import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { api, dataOf } from "@/api";
import type { ChannelCreate, ChannelUpdate } from "@/api/models";
import { useSession } from "@/features/auth/queries";
import { channelsQuery } from "@/features/workspace/queries";

export { channelsQuery } from "@/features/workspace/queries";

/** What of a channel's webhooks could not be read, newest first. */
export const brokenItemsQuery = (channelId: string) =>
  queryOptions({
    queryKey: ["channels", "broken", channelId],
    queryFn: async () => dataOf(await api.GET("/api/webhooks/items", { params: { query: { result: "unreadable", channel_id: channelId, limit: 20 } } })).data,
  });

/** After any change the channels are asked for anew; the rail's health dot reads the same entry. */
function useChannelChange<Input, Output>(change: (input: Input) => Promise<Output>) {
  const queryClient = useQueryClient();
  return useMutation({ mutationFn: change, onSuccess: () => queryClient.invalidateQueries({ queryKey: channelsQuery.queryKey }) });
}

/** Connects a number of the session's workspace. */
export function useConnect() {
  const workspaceId = useSession()?.workspace.id ?? "";
  return useChannelChange(async (body: ChannelCreate) => dataOf(await api.POST("/api/workspaces/{workspace_id}/connect-whatsapp", { params: { path: { workspace_id: workspaceId } }, body })));
}

export const useRemoveChannel = () => useChannelChange((id: string) => api.DELETE("/api/channels/{channel_id}", { params: { path: { channel_id: id } } }));

export const useChangeChannel = () =>
  useChannelChange(async ({ id, ...body }: ChannelUpdate & { id: string }) => dataOf(await api.PATCH("/api/channels/{channel_id}", { params: { path: { channel_id: id } }, body })));

export const useCheckChannel = () => useChannelChange(async (id: string) => dataOf(await api.POST("/api/channels/{channel_id}/check", { params: { path: { channel_id: id } } })));
