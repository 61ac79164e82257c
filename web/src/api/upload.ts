import { offlineError, readApiError } from "./errors";
import type { MediaFile } from "./models";

/** A file on its way up. `isVoice`: it was recorded here and shall be a voice note. `onProgress` is told the part that has left, 0 to 1. */
export type Upload = { file: Blob; name: string; isVoice?: boolean; onProgress?: (part: number) => void; signal?: AbortSignal };

type Who = { token: string | null; workspaceId: string | null };

/** Sends a file. By the older of the browser's two ways, for it alone tells how much has left. */
export function sendFile(url: string, { file, name, isVoice = false, onProgress, signal }: Upload, who: Who): Promise<Response> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason as Error);
    const request = new XMLHttpRequest();
    const form = new FormData();
    if (isVoice) form.set("voice", "true");
    form.set("file", file, name);
    const abort = () => request.abort();
    signal?.addEventListener("abort", abort, { once: true });
    request.open("POST", url);
    if (who.token) request.setRequestHeader("Authorization", `Bearer ${who.token}`);
    if (who.workspaceId) request.setRequestHeader("X-Workspace-Id", who.workspaceId);
    request.upload.onprogress = (event) => event.lengthComputable && onProgress?.(event.loaded / event.total);
    request.onload = () => resolve(new Response(request.responseText, { status: request.status, headers: { "Content-Type": "application/json" } }));
    request.onerror = () => reject(offlineError());
    request.onabort = () => reject((signal?.reason as Error | undefined) ?? offlineError());
    request.onloadend = () => signal?.removeEventListener("abort", abort);
    request.send(form);
  });
}

/** The file that was kept. Throws `ApiError` for a refusal. */
export async function readUpload(response: Response): Promise<MediaFile> {
  if (!response.ok) throw await readApiError(response);
  return (await response.json()) as MediaFile;
}
