import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { createMemoryHistory, createRootRoute, createRoute, createRouter, Outlet, RouterProvider } from "@tanstack/react-router";
import { render, screen } from "@testing-library/react";
import { expect, it } from "vitest";
import { ToastProvider } from "@/components";
import { serve } from "@/test/server";
import { PeoplePage } from "./PeoplePage";

const found = { id: "s", conversation_id: "c", bot_id: "b", contact: { id: "p", name: "Huda", phone: null }, version: 1, state: "waiting", node_id: null, wait: null, since: "2026-11-20T09:41:00Z", until: null, started_at: "2026-11-20T09:41:00Z", sprint: 1 };

/** The page, where a search was answered like this. */
async function show(data: unknown[], next: string | null) {
  const lists = { "/api/bots/b/sessions": { data, next_cursor: next }, "/api/bots": { data: [{ id: "b", name: "Café", published: { number: 1 } }], next_cursor: null } };
  serve((call) => ({ body: lists[call.path as keyof typeof lists] ?? { data: [], values: [], next_cursor: null, blueprint: { nodes: [], edges: [], comments: [] } } }));
  const root = createRootRoute({ component: Outlet });
  const inside = createRoute({ getParentRoute: () => root, id: "signed-in", component: Outlet });
  const people = createRoute({ getParentRoute: () => inside, path: "/flows/$botId/people", component: PeoplePage });
  const router = createRouter({ routeTree: root.addChildren([inside.addChildren([people])]), history: createMemoryHistory({ initialEntries: ["/flows/b/people?q=hu"] }) });
  render(
    <QueryClientProvider client={new QueryClient({ defaultOptions: { queries: { retry: false } } })}>
      <ToastProvider>
        <RouterProvider router={router as never} />
      </ToastProvider>
    </QueryClientProvider>,
  );
  await screen.findByRole("region", { name: "People in this flow" });
}

it("shows whom a search found", async () => {
  await show([found], null);
  expect(await screen.findByText("Huda")).toBeVisible();
});

it("says of a page without anybody that there is more to look at, and not that nobody is there", async () => {
  await show([], "next");
  expect(await screen.findByRole("button", { name: "Show more" })).toBeVisible();
  expect(screen.queryByText("Nobody here")).toBeNull();
});
