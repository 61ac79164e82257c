import { infiniteQueryOptions } from "@tanstack/react-query";
import { api, dataOf } from "@/api";
import { TOLD_KEY } from "@/features/workspace/queries";
import type { ToldSearch } from "@/routes/monitoring";

const PAGE = 50;

/** What providers told of accounts, the newest first. Live events say when there is more. */
export const toldQuery = ({ channel, severity, about }: ToldSearch) =>
  infiniteQueryOptions({
    queryKey: [...TOLD_KEY, channel, severity, about],
    queryFn: async ({ pageParam }) =>
      dataOf(
        await api.GET("/api/account-events", {
          params: { query: { limit: PAGE, ...(channel && { channel_id: channel }), ...(severity && { severity }), ...(about && { about }), ...(pageParam && { cursor: pageParam }) } },
        }),
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
  });
