import { vi } from "vitest";

export type Call = { method: string; path: string; key: string | null; body: unknown };
type Answer = { status?: number; body?: unknown };

/** Stands in for the network of one test: answers each request by `answer`, and remembers what was asked. */
export function serve(answer: (call: Call) => Answer): Call[] {
  const calls: Call[] = [];
  vi.stubGlobal("fetch", async (request: Request) => {
    const text = await request.clone().text();
    const call = { method: request.method, path: new URL(request.url).pathname, key: request.headers.get("Idempotency-Key"), body: text ? (JSON.parse(text) as unknown) : null };
    calls.push(call);
    const { status = 200, body } = answer(call);
    return new Response(body === undefined ? null : JSON.stringify(body), { status, headers: { "Content-Type": "application/json" } });
  });
  return calls;
}

export const refusal = (status: number, code: string, message = code): Answer => ({ status, body: { error: { code, message, details: {}, request_id: "r" } } });
