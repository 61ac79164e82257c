import { useQuery } from "@tanstack/react-query";
import { api } from "@/api";

const LOGO = /^\/api\/workspaces\/([^/]+)\/logo\?version=/u;

/** The logo as an address that an image can show; null while there is none. It asks for a token, so the page fetches it. */
export function useLogo(logoUrl: string | null | undefined): string | null {
  const workspaceId = LOGO.exec(logoUrl ?? "")?.[1];
  const logo = useQuery({
    queryKey: ["logo", logoUrl],
    enabled: Boolean(workspaceId),
    staleTime: Number.POSITIVE_INFINITY, // another image has another address
    queryFn: async () => {
      const { data } = await api.GET("/api/workspaces/{workspace_id}/logo", { params: { path: { workspace_id: workspaceId ?? "" } }, parseAs: "blob" });
      return readAsDataUrl(data as unknown as Blob);
    },
  });
  return workspaceId ? (logo.data ?? null) : null;
}

function readAsDataUrl(blob: Blob): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result));
    reader.onerror = () => reject(reader.error ?? new Error("unreadable"));
    reader.readAsDataURL(blob);
  });
}
