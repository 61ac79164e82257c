import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { render, screen } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { SESSION_KEY } from "@/api";
import type { Channel, Me } from "@/api/models";
import { ToastProvider } from "@/components";
import { meQuery } from "@/features/settings/queries";
import { serve } from "@/test/server";
import { ChannelCard } from "./ChannelCard";

const channel = {
  id: "ch",
  name: "Olaya line",
  number: "+966500000001",
  provider: "meta",
  status: "active",
  status_reason: null,
  webhook_url: "https://hoopoe.example/hooks",
  last_webhook_at: null,
  activated_at: "2026-11-20T09:00:00Z",
} as Channel;

function show(permissions: string[] | null) {
  const calls = serve(() => ({ body: { data: [], next_cursor: null } }));
  const queryClient = new QueryClient({ defaultOptions: { queries: { retry: false, staleTime: Number.POSITIVE_INFINITY } } });
  queryClient.setQueryData(SESSION_KEY, { user: { id: "u" }, workspace: { id: "w", role: "owner" } });
  if (permissions) queryClient.setQueryData(meQuery.queryKey, { permissions } as Me);
  render(
    <QueryClientProvider client={queryClient}>
      <ToastProvider>
        <ChannelCard channel={channel} />
      </ToastProvider>
    </QueryClientProvider>,
  );
  return calls;
}

const offered = () => screen.getAllByRole("button").map((button) => button.textContent);

describe("ChannelCard", () => {
  it("offers what can be done with a number to whoever may do it", () => {
    show(["channels:write", "journal:read"]);
    for (const words of ["Check again", "Replace credentials", "Switch off", "Remove"]) expect(offered()).toContain(words);
  });

  it("offers nothing that the server would refuse, and asks for nothing that it would", () => {
    const calls = show(["channels:read"]);
    for (const words of ["Check again", "Replace credentials", "Switch off", "Remove"]) expect(offered()).not.toContain(words);
    expect(calls).toEqual([]);
  });

  it("waits for the server's word on the role before it offers anything", () => {
    show(null);
    expect(offered()).not.toContain("Remove");
  });
});
