import { infiniteQueryOptions, queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { api, dataOf } from "@/api";
import type { LetterSettings, SendMessage } from "@/api/models";
import type { JournalSearch, LettersSearch } from "@/routes/monitoring";
import { rangeOf } from "./range";

const PAGE = 50;
const LETTERS = ["letters"] as const;
const REQUESTS = ["requests"] as const;
/** While something is under way the page looks again soon; else now and then, for what fails meanwhile. */
const SOON_MS = 1_500;
const LATER_MS = 15_000;
type Cursor = string | null;

export const statsQuery = queryOptions({
  queryKey: [...LETTERS, "stats"],
  queryFn: async () => dataOf(await api.GET("/api/monitoring/dlq/stats")),
  refetchInterval: (query) => (query.state.data?.retrying ? SOON_MS : LATER_MS),
});

export const lettersQuery = ({ state = "failed", kind, channel }: LettersSearch) =>
  infiniteQueryOptions({
    queryKey: [...LETTERS, "list", state, kind, channel],
    queryFn: async ({ pageParam }) =>
      dataOf(
        await api.GET("/api/monitoring/dlq", {
          params: { query: { state, limit: PAGE, ...(kind && { kind }), ...(channel && { channel_id: channel }), ...(pageParam && { cursor: pageParam }) } },
        }),
      ),
    initialPageParam: null as Cursor,
    getNextPageParam: (page) => page.next_cursor,
    refetchInterval: state === "retrying" ? SOON_MS : LATER_MS,
  });

export const letterQuery = (id: string) =>
  queryOptions({
    queryKey: [...LETTERS, "one", id],
    queryFn: async () => dataOf(await api.GET("/api/monitoring/dlq/{letter_id}", { params: { path: { letter_id: id } } })),
    refetchInterval: (query) => (query.state.data?.state === "retrying" ? SOON_MS : LATER_MS),
  });

export const planQuery = queryOptions({
  queryKey: ["letter-plan"],
  queryFn: async () => dataOf(await api.GET("/api/monitoring/dlq/settings")),
});

function useLetterChange<Input, Output>(change: (input: Input) => Promise<Output>) {
  const queryClient = useQueryClient();
  return useMutation({ mutationFn: change, onSettled: () => queryClient.invalidateQueries({ queryKey: LETTERS }) });
}

export const useRetryLetter = () =>
  useLetterChange(async ({ id, message }: { id: string; message?: SendMessage }) =>
    dataOf(await api.POST("/api/monitoring/dlq/{letter_id}/retry", { params: { path: { letter_id: id } }, body: message ? { message } : {} })),
  );

export const useRetryLetters = () => useLetterChange(async (ids: readonly string[]) => dataOf(await api.POST("/api/monitoring/dlq/retry", { body: { ids: [...ids] } })));

export const useArchiveLetters = () =>
  useLetterChange(async (ids: readonly string[]) => dataOf(await api.POST("/api/monitoring/dlq/archive", { body: { ids: [...ids] } })));

export function useSavePlan() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: async (body: LetterSettings) => dataOf(await api.PUT("/api/monitoring/dlq/settings", { body })),
    onSuccess: (saved) => {
      queryClient.setQueryData(planQuery.queryKey, saved);
      return queryClient.invalidateQueries({ queryKey: LETTERS });
    },
  });
}

export const requestsQuery = (search: JournalSearch, timeZone: string | undefined) =>
  infiniteQueryOptions({
    queryKey: [...REQUESTS, "list", search],
    queryFn: async ({ pageParam }) => {
      const { q, channel, field, result, verdict } = search;
      const words = q?.trim();
      return dataOf(
        await api.GET("/api/webhooks/requests", {
          params: {
            query: {
              limit: PAGE,
              ...rangeOf(search, timeZone),
              ...(words && words.length > 2 && { q: words }),
              ...(channel && { channel_id: channel }),
              ...(field?.trim() && { field: field.trim() }),
              ...(result && { result }),
              ...(verdict && { verdict }),
              ...(pageParam && { cursor: pageParam }),
            },
          },
        }),
      );
    },
    initialPageParam: null as Cursor,
    getNextPageParam: (page) => page.next_cursor,
    refetchInterval: LATER_MS,
  });

export const requestQuery = (id: string) =>
  queryOptions({
    queryKey: [...REQUESTS, "one", id],
    queryFn: async () => dataOf(await api.GET("/api/webhooks/requests/{request_id}", { params: { path: { request_id: id } } })),
  });

export function useReplay() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: async (ids: readonly string[]) => dataOf(await api.POST("/api/webhooks/replay", { body: { ids: [...ids], wait_seconds: 3 } })),
    onSettled: () => Promise.all([queryClient.invalidateQueries({ queryKey: REQUESTS }), queryClient.invalidateQueries({ queryKey: LETTERS })]),
  });
}
