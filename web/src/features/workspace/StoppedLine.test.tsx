import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { createMemoryHistory, createRootRoute, createRouter, RouterProvider } from "@tanstack/react-router";
import { render, screen } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { SESSION_KEY } from "@/api";
import type { Channel, Me } from "@/api/models";
import { meQuery } from "@/features/settings/queries";
import { channelsQuery } from "./queries";
import { StoppedLine } from "./StoppedLine";

const stopped = {
  id: "ch",
  name: "Olaya line",
  provider: "meta",
  status: "error",
  status_reason: "The access token is not accepted any more.",
  status_reason_code: null,
  activated_at: "2026-11-20T09:00:00Z",
} as Channel;

async function show(permissions: string[], ...channels: Channel[]) {
  const queryClient = new QueryClient({ defaultOptions: { queries: { retry: false, staleTime: Number.POSITIVE_INFINITY } } });
  queryClient.setQueryData(SESSION_KEY, { user: { id: "u" }, workspace: { id: "w", role: "owner" } });
  queryClient.setQueryData(meQuery.queryKey, { permissions } as Me);
  queryClient.setQueryData(channelsQuery.queryKey, channels);
  const router = createRouter({ routeTree: createRootRoute({ component: StoppedLine }), history: createMemoryHistory({ initialEntries: ["/inbox"] }) });
  render(
    <QueryClientProvider client={queryClient}>
      <RouterProvider router={router as never} />
    </QueryClientProvider>,
  );
  return await screen.findByRole("alert");
}

describe("StoppedLine", () => {
  it("says which number cannot send and why, and leads to where it is mended", async () => {
    const line = await show(["channels:read", "channels:write"], stopped);
    expect(line.textContent).toContain("Olaya line");
    expect(line.textContent).toContain("The access token is not accepted any more.");
    expect(screen.getByRole("link").getAttribute("href")).toBe("/channels");
  });

  it("says who can mend it to whoever cannot", async () => {
    const line = await show(["channels:read"], stopped);
    expect(line.textContent).toContain("An owner or admin can mend it.");
    expect(screen.queryByRole("link")).toBeNull();
  });

  it("is silent about numbers that work, that were switched off, or that never worked", async () => {
    const line = await show(["channels:read"], { ...stopped, status: "active" }, { ...stopped, status: "disabled" }, { ...stopped, activated_at: null });
    expect(line.textContent).toBe("");
  });
});
