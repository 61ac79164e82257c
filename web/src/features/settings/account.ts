import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { api, dataOf } from "@/api";
import { useRefreshSession, useSession } from "@/features/auth/queries";

export const sessionsQuery = queryOptions({
  queryKey: ["sessions"],
  queryFn: async () => dataOf(await api.GET("/api/auth/sessions")).data,
});

export const secondFactorQuery = queryOptions({
  queryKey: ["second-factor"],
  queryFn: async () => dataOf(await api.GET("/api/auth/second-factor")),
});

/** A change of one's own account, after which both lists are asked for anew. */
function useAccountChange<Input, Output>(change: (input: Input) => Promise<Output>) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSuccess: () => Promise.all([sessionsQuery, secondFactorQuery].map(({ queryKey }) => queryClient.invalidateQueries({ queryKey }))),
  });
}

export const useChangePassword = () =>
  useAccountChange((body: { current_password: string; new_password: string }) => api.POST("/api/auth/password", { body }));

export const useEndSession = () => useAccountChange((id: string) => api.DELETE("/api/auth/sessions/{session_id}", { params: { path: { session_id: id } } }));

export const useBeginSecondFactor = () => useAccountChange(async (password: string) => dataOf(await api.POST("/api/auth/second-factor", { body: { password } })));

export const useConfirmSecondFactor = () => useAccountChange(async (code: string) => dataOf(await api.POST("/api/auth/second-factor/confirm", { body: { code } })).codes);

export const useRenewCodes = () =>
  useAccountChange(async (password: string) => dataOf(await api.POST("/api/auth/second-factor/recovery-codes", { body: { password } })).codes);

export const useSecondFactorOff = () => useAccountChange((password: string) => api.POST("/api/auth/second-factor/off", { body: { password } }));

export function useLeaveWorkspace() {
  const id = useSession()?.workspace.id ?? "";
  const refreshSession = useRefreshSession();
  return useMutation({
    mutationFn: () => api.POST("/api/workspaces/{workspace_id}/members/leave", { params: { path: { workspace_id: id } } }),
    onSuccess: refreshSession,
  });
}
