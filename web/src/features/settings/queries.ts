import { infiniteQueryOptions, queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { api, dataOf } from "@/api";
import type { Role, TokenCreate } from "@/api/models";

const PAGE = 50;
type Cursor = string | null;

export const meQuery = queryOptions({
  queryKey: ["me"],
  queryFn: async () => dataOf(await api.GET("/api/auth/me")),
});

export const membersQuery = infiniteQueryOptions({
  queryKey: ["members"],
  queryFn: async ({ pageParam }) => dataOf(await api.GET("/api/members", { params: { query: { limit: PAGE, ...(pageParam && { cursor: pageParam }) } } })),
  initialPageParam: null as Cursor,
  getNextPageParam: (page) => page.next_cursor,
});

export const tokensQuery = infiniteQueryOptions({
  queryKey: ["tokens"],
  queryFn: async ({ pageParam }) => dataOf(await api.GET("/api/tokens", { params: { query: { limit: PAGE, ...(pageParam && { cursor: pageParam }) } } })),
  initialPageParam: null as Cursor,
  getNextPageParam: (page) => page.next_cursor,
});

export const auditQuery = infiniteQueryOptions({
  queryKey: ["audit"],
  queryFn: async ({ pageParam }) => dataOf(await api.GET("/api/audit", { params: { query: { limit: PAGE, ...(pageParam && { cursor: pageParam }) } } })),
  initialPageParam: null as Cursor,
  getNextPageParam: (page) => page.next_cursor,
});

/** A change after which a list is asked for anew, and the log of who did what with it. */
function useChange<Input, Output>(queryKey: readonly string[], change: (input: Input) => Promise<Output>) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSuccess: () => Promise.all([queryClient.invalidateQueries({ queryKey }), queryClient.invalidateQueries({ queryKey: auditQuery.queryKey })]),
  });
}

export const useChangeRole = () =>
  useChange(membersQuery.queryKey, async ({ id, role }: { id: string; role: Role }) =>
    dataOf(await api.PATCH("/api/members/{user_id}", { params: { path: { user_id: id } }, body: { role } })),
  );

export const useRemoveMember = () =>
  useChange(membersQuery.queryKey, async (id: string) => dataOf(await api.DELETE("/api/members/{user_id}", { params: { path: { user_id: id } } })));

export const useCreateToken = () => useChange(tokensQuery.queryKey, async (body: TokenCreate) => dataOf(await api.POST("/api/tokens", { body })));

export const useRevokeToken = () =>
  useChange(tokensQuery.queryKey, async (id: string) => dataOf(await api.DELETE("/api/tokens/{token_id}", { params: { path: { token_id: id } } })));
