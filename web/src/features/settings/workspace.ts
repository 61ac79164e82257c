import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { api, dataOf } from "@/api";
import type { WorkspaceCreate, WorkspaceUpdate } from "@/api/models";
import { useRefreshSession, useSession } from "@/features/auth/queries";

const KEY = ["workspace"] as const;

export const workspaceQuery = (id: string) =>
  queryOptions({
    queryKey: [...KEY, id],
    queryFn: async () => dataOf(await api.GET("/api/workspaces/{workspace_id}", { params: { path: { workspace_id: id } } })),
  });

/** A change of this workspace: what it is called and looks like stands in the session, so that is asked for anew. */
function useWorkspaceChange<Input>(change: (id: string, input: Input) => Promise<unknown>) {
  const id = useSession()?.workspace.id ?? "";
  const queryClient = useQueryClient();
  const refreshSession = useRefreshSession();
  return useMutation({
    mutationFn: (input: Input) => change(id, input),
    onSuccess: () => Promise.all([queryClient.invalidateQueries({ queryKey: KEY }), queryClient.invalidateQueries({ queryKey: ["audit"] }), refreshSession()]),
  });
}

const at = (id: string) => ({ params: { path: { workspace_id: id } } });

export const useUpdateWorkspace = () => useWorkspaceChange((id, body: WorkspaceUpdate) => api.PATCH("/api/workspaces/{workspace_id}", { ...at(id), body }));

export const useSetLogo = () =>
  useWorkspaceChange((id, image: Blob) =>
    api.PUT("/api/workspaces/{workspace_id}/logo", { ...at(id), body: "", bodySerializer: () => image, headers: { "Content-Type": image.type || "application/octet-stream" } }),
  );

export const useRemoveLogo = () => useWorkspaceChange<undefined>((id) => api.DELETE("/api/workspaces/{workspace_id}/logo", at(id)));

export const useDeleteWorkspace = () => useWorkspaceChange<undefined>((id) => api.DELETE("/api/workspaces/{workspace_id}", at(id)));

export function useCreateWorkspace() {
  return useMutation({ mutationFn: async (body: WorkspaceCreate) => dataOf(await api.POST("/api/workspaces", { body })) });
}
