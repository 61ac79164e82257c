import { vi } from "vitest";

export type Call = { method: string; path: string; search: string; key: string | null; body: unknown };
type Answer = { status?: number; body?: unknown };

/** Stands in for the network of one test: answers each request by `answer`, and remembers what was asked. */
export function serve(answer: (call: Call) => Answer): Call[] {
  const calls: Call[] = [];
  vi.stubGlobal("fetch", async (request: Request) => {
    const text = await request.clone().text();
    const { pathname, search } = new URL(request.url);
    const call = { method: request.method, path: pathname, search, key: request.headers.get("Idempotency-Key"), body: text ? (JSON.parse(text) as unknown) : null };
    calls.push(call);
    const { status = 200, body } = answer(call);
    return new Response(body === undefined ? null : JSON.stringify(body), { status, headers: { "Content-Type": "application/json" } });
  });
  return calls;
}

export const refusal = (status: number, code: string, message = code): Answer => ({ status, body: { error: { code, message, details: {}, request_id: "r" } } });

/** One upload as the browser sees it: how far it is and how it ends is the test's to say. */
export type Transfer = { path: string; form: FormData; isAborted: boolean; progress: (loaded: number, total: number) => void; answer: (status: number, body: unknown) => void };

/** Stands in for the network of uploads, which go by the older of the browser's two ways. */
export function serveUploads(): Transfer[] {
  const transfers: Transfer[] = [];
  class Stub {
    upload: { onprogress?: (event: { lengthComputable: boolean; loaded: number; total: number }) => void } = {};
    onload?: () => void;
    onabort?: () => void;
    onloadend?: () => void;
    status = 0;
    responseText = "";
    private path = "";
    private transfer: Transfer | undefined;
    open(_method: string, url: string) {
      this.path = new URL(url, location.href).pathname;
    }
    setRequestHeader() {
      return undefined;
    }
    send(form: FormData) {
      this.transfer = {
        path: this.path,
        form,
        isAborted: false,
        progress: (loaded, total) => this.upload.onprogress?.({ lengthComputable: true, loaded, total }),
        answer: (status, body) => {
          this.status = status;
          this.responseText = JSON.stringify(body);
          this.onload?.();
          this.onloadend?.();
        },
      };
      transfers.push(this.transfer);
    }
    abort() {
      if (this.transfer) this.transfer.isAborted = true;
      this.onabort?.();
      this.onloadend?.();
    }
  }
  vi.stubGlobal("XMLHttpRequest", Stub);
  return transfers;
}
