import { infiniteQueryOptions, queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { api, dataOf } from "@/api";
import type { InvitationCreate, Role, TokenCreate } from "@/api/models";
import { useSession } from "@/features/auth/queries";

const PAGE = 50;
type Cursor = string | null;
const MEMBERS_KEY = ["members"] as const;
const MEMBER_TOKENS_KEY = ["member-tokens"] as const;

export const meQuery = queryOptions({
  queryKey: ["me"],
  queryFn: async () => dataOf(await api.GET("/api/auth/me")),
});

export const membersQuery = (workspaceId: string) =>
  infiniteQueryOptions({
    queryKey: [...MEMBERS_KEY, workspaceId],
    queryFn: async ({ pageParam }) =>
      dataOf(
        await api.GET("/api/workspaces/{workspace_id}/members", {
          params: { path: { workspace_id: workspaceId }, query: { limit: PAGE, ...(pageParam && { cursor: pageParam }) } },
        }),
      ),
    initialPageParam: null as Cursor,
    getNextPageParam: (page) => page.next_cursor,
  });

export const invitationsQuery = infiniteQueryOptions({
  queryKey: ["invitations"],
  queryFn: async ({ pageParam }) => dataOf(await api.GET("/api/invitations", { params: { query: { limit: PAGE, ...(pageParam && { cursor: pageParam }) } } })),
  initialPageParam: null as Cursor,
  getNextPageParam: (page) => page.next_cursor,
});

export const tokensQuery = infiniteQueryOptions({
  queryKey: ["tokens"],
  queryFn: async ({ pageParam }) => dataOf(await api.GET("/api/tokens", { params: { query: { limit: PAGE, ...(pageParam && { cursor: pageParam }) } } })),
  initialPageParam: null as Cursor,
  getNextPageParam: (page) => page.next_cursor,
});

export const memberTokensQuery = (workspaceId: string) =>
  infiniteQueryOptions({
    queryKey: [...MEMBER_TOKENS_KEY, workspaceId],
    queryFn: async ({ pageParam }) =>
      dataOf(
        await api.GET("/api/workspaces/{workspace_id}/tokens", {
          params: { path: { workspace_id: workspaceId }, query: { limit: PAGE, ...(pageParam && { cursor: pageParam }) } },
        }),
      ),
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

export function useChangeRole() {
  const workspaceId = useSession()?.workspace.id ?? "";
  return useChange(MEMBERS_KEY, async ({ id, role }: { id: string; role: Role }) =>
    dataOf(await api.PATCH("/api/workspaces/{workspace_id}/members/{user_id}", { params: { path: { workspace_id: workspaceId, user_id: id } }, body: { role } })),
  );
}

export function useRemoveMember() {
  const workspaceId = useSession()?.workspace.id ?? "";
  return useChange(MEMBERS_KEY, (id: string) => api.DELETE("/api/workspaces/{workspace_id}/members/{user_id}", { params: { path: { workspace_id: workspaceId, user_id: id } } }));
}

export const useCreateToken = () => useChange(tokensQuery.queryKey, async (body: TokenCreate) => dataOf(await api.POST("/api/tokens", { body })));

export const useRevokeToken = () =>
  useChange(tokensQuery.queryKey, (id: string) => api.DELETE("/api/tokens/{token_id}", { params: { path: { token_id: id } } }));

export function useRevokeMemberToken() {
  const workspaceId = useSession()?.workspace.id ?? "";
  return useChange(MEMBER_TOKENS_KEY, (id: string) => api.DELETE("/api/workspaces/{workspace_id}/tokens/{token_id}", { params: { path: { workspace_id: workspaceId, token_id: id } } }));
}

export const useInvite = () => useChange(invitationsQuery.queryKey, async (body: InvitationCreate) => dataOf(await api.POST("/api/invitations", { body })));

export const useRenewInvitation = () =>
  useChange(invitationsQuery.queryKey, async (id: string) => dataOf(await api.POST("/api/invitations/{invitation_id}/renew", { params: { path: { invitation_id: id } } })));

export const useRevokeInvitation = () =>
  useChange(invitationsQuery.queryKey, (id: string) => api.DELETE("/api/invitations/{invitation_id}", { params: { path: { invitation_id: id } } }));
