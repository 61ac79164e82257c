import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { renderHook, waitFor } from "@testing-library/react";
import { expect, it, vi } from "vitest";
import { useOthers } from "./useOthers";

it("says that it leaves when the page goes, by a request that outlives it", async () => {
  const sent: { isKept: boolean; body: { tab: string; is_leaving: boolean } }[] = [];
  vi.stubGlobal("fetch", async (request: Request) => {
    sent.push({ isKept: request.keepalive, body: JSON.parse(await request.clone().text()) as { tab: string; is_leaving: boolean } });
    return Response.json({ revision: 1, updated_at: "2026-11-20T09:41:00Z", updated_by: null, others: [] });
  });
  const client = new QueryClient();
  renderHook(() => useOthers("b", true), { wrapper: ({ children }) => <QueryClientProvider client={client}>{children}</QueryClientProvider> });
  await waitFor(() => expect(sent).toHaveLength(1));
  window.dispatchEvent(new Event("pagehide"));
  await waitFor(() => expect(sent).toHaveLength(2));
  expect(sent.map(({ isKept, body }) => [isKept, body.is_leaving])).toEqual([[false, false], [true, true]]);
  expect(sent[1]?.body.tab).toBe(sent[0]?.body.tab);
});
