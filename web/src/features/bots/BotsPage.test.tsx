import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { createMemoryHistory, createRootRoute, createRouter, RouterProvider } from "@tanstack/react-router";
import { render, screen } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import type { Bot, Me } from "@/api/models";
import { ToastProvider } from "@/components";
import { meQuery } from "@/features/settings/queries";
import { BotsPage } from "./BotsPage";
import { botsQuery } from "./queries";

const bot = { id: "b", name: "Café", status: "active", published: { number: 1 }, waiting: 0, has_unpublished_changes: false } as Bot;

async function show(permissions: string[]) {
  const queryClient = new QueryClient({ defaultOptions: { queries: { staleTime: Number.POSITIVE_INFINITY } } });
  queryClient.setQueryData(meQuery.queryKey, { permissions } as Me);
  queryClient.setQueryData(botsQuery.queryKey, [bot] as never);
  const router = createRouter({ routeTree: createRootRoute({ component: BotsPage }), history: createMemoryHistory({ initialEntries: ["/flows"] }) });
  render(
    <QueryClientProvider client={queryClient}>
      <ToastProvider>
        <RouterProvider router={router as never} />
      </ToastProvider>
    </QueryClientProvider>,
  );
  await screen.findByText("Café");
}

describe("BotsPage", () => {
  it("lets whoever may change bots make and switch them", async () => {
    await show(["bots:read", "bots:write"]);
    expect(screen.getByRole("switch")).toBeInTheDocument();
    expect(screen.getByRole("button", { name: "New bot" })).toBeInTheDocument();
  });

  it("only shows them to everybody else", async () => {
    await show(["bots:read"]);
    expect(screen.queryByRole("switch")).not.toBeInTheDocument();
    expect(screen.queryByRole("button", { name: "New bot" })).not.toBeInTheDocument();
  });
});
