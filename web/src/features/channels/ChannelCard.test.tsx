import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { createMemoryHistory, createRootRoute, createRouter, RouterProvider } from "@tanstack/react-router";
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

async function show(permissions: string[] | null, changes: Partial<Channel> = {}) {
  const calls = serve(() => ({ body: { data: [], next_cursor: null } }));
  const queryClient = new QueryClient({ defaultOptions: { queries: { retry: false, staleTime: Number.POSITIVE_INFINITY } } });
  queryClient.setQueryData(SESSION_KEY, { user: { id: "u" }, workspace: { id: "w", role: "owner" } });
  if (permissions) queryClient.setQueryData(meQuery.queryKey, { permissions } as Me);
  const card = () => <ChannelCard channel={{ ...channel, ...changes }} />;
  const router = createRouter({ routeTree: createRootRoute({ component: card }), history: createMemoryHistory({ initialEntries: ["/channels"] }) });
  render(
    <QueryClientProvider client={queryClient}>
      <ToastProvider>
        <RouterProvider router={router as never} />
      </ToastProvider>
    </QueryClientProvider>,
  );
  await screen.findByText("Olaya line");
  return calls;
}

const offered = () => screen.queryAllByRole("button").map((button) => button.textContent);

describe("ChannelCard", () => {
  it("offers what can be done with a number to whoever may do it", async () => {
    await show(["channels:write", "journal:read"]);
    for (const words of ["Check again", "Replace credentials", "Switch off", "Remove"]) expect(offered()).toContain(words);
  });

  it("offers nothing that the server would refuse, and asks for nothing that it would", async () => {
    const calls = await show(["channels:read"]);
    for (const words of ["Check again", "Replace credentials", "Switch off", "Remove"]) expect(offered()).not.toContain(words);
    expect(calls).toEqual([]);
  });

  it("waits for the server's word on the role before it offers anything", async () => {
    await show(null);
    expect(offered()).not.toContain("Remove");
  });

  it("shows quality in a word, the limit, the speed, and the way to what WhatsApp says", async () => {
    await show(["channels:read"], { quality: "low", messaging_limit: "2000", throughput: "high", messages_per_second: 1000, chosen_per_second: null });
    expect(screen.getByText("Quality: low")).toBeInTheDocument();
    expect(screen.getByText("up to 2,000 people a day")).toBeInTheDocument();
    expect(screen.getByText("1,000 messages a second: high")).toBeInTheDocument();
    expect(screen.getByRole("link", { name: "What WhatsApp says" })).toHaveAttribute("href", "/monitoring/whatsapp?channel=ch");
  });

  it("says that a speed was chosen here, and nothing of what nobody said", async () => {
    await show(["channels:read"], { quality: null, messaging_limit: null, throughput: "coexistence", messages_per_second: 1, chosen_per_second: 1 });
    expect(screen.getByText("1 message a second: chosen here")).toBeInTheDocument();
    expect(screen.queryByText(/Quality/u)).not.toBeInTheDocument();
    expect(screen.queryByText(/people a day/u)).not.toBeInTheDocument();
  });

  it("says nothing of the kind for a provider that tells nothing", async () => {
    await show(["channels:read"], { provider: "twilio" });
    expect(screen.queryByRole("link")).not.toBeInTheDocument();
  });
});
