import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { api, dataOf } from "@/api";
import type { Credential, CredentialCreate, CredentialUpdate } from "@/api/models";

const KEY = ["credentials"] as const;

/** The secrets that flows may send, by name; never the secrets themselves. */
export const credentialsQuery = queryOptions({
  queryKey: KEY,
  queryFn: async (): Promise<Credential[]> => dataOf(await api.GET("/api/credentials")).data,
});

function useChange<Input, Output>(change: (input: Input) => Promise<Output>) {
  const queryClient = useQueryClient();
  return useMutation({ mutationFn: change, onSuccess: () => queryClient.invalidateQueries({ queryKey: KEY }) });
}

export const useCreateCredential = () => useChange(async (body: CredentialCreate) => dataOf(await api.POST("/api/credentials", { body })));

export const useUpdateCredential = () =>
  useChange(async ({ id, ...body }: CredentialUpdate & { id: string }) => dataOf(await api.PATCH("/api/credentials/{credential_id}", { params: { path: { credential_id: id } }, body })));

export const useDeleteCredential = () => useChange((id: string) => api.DELETE("/api/credentials/{credential_id}", { params: { path: { credential_id: id } } }));
