import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { createMemoryHistory, createRootRoute, createRouter, RouterProvider } from "@tanstack/react-router";
import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { useState } from "react";
import { expect, it } from "vitest";
import type { Bot } from "@/api/models";
import { ToastProvider } from "@/components";
import { serve } from "@/test/server";
import { VersionsButton } from "./VersionsButton";

const bot = { id: "b", name: "Café", published: { number: 1 } } as Bot;
const note = "x".repeat(200);

function Page() {
  const [isOpen, setOpen] = useState(false);
  return <VersionsButton bot={bot} shown="draft" blueprint={undefined} onShow={() => undefined} isOpen={isOpen} onOpenChange={setOpen} />;
}

async function openVersions() {
  const router = createRouter({ routeTree: createRootRoute({ component: Page }), history: createMemoryHistory({ initialEntries: ["/flows"] }) });
  render(
    <QueryClientProvider client={new QueryClient()}>
      <ToastProvider>
        <RouterProvider router={router as never} />
      </ToastProvider>
    </QueryClientProvider>,
  );
  await userEvent.click(await screen.findByRole("button", { name: "Versions" }));
}

it("breaks a note of one long word, so that the panel keeps its width", async () => {
  serve((call) => ({ body: call.path.endsWith("/versions") ? { data: [{ id: "v", number: 1, published_at: "2026-11-20T09:41:00Z", published_by: null, note }], next_cursor: null } : { permissions: [] } }));
  await openVersions();
  const shown = await screen.findByText(note);
  expect(shown).toHaveClass("[overflow-wrap:anywhere]");
  expect(shown.closest("li")).toHaveClass("min-w-0");
});

it("shows older versions a page at a time", async () => {
  const version = (number: number) => ({ id: `v${number}`, number, published_at: "2026-11-20T09:41:00Z", published_by: null, note: null });
  const calls = serve((call) => (call.path.endsWith("/versions") ? { body: call.search.includes("cursor") ? { data: [version(1)], next_cursor: null } : { data: [version(3), version(2)], next_cursor: "older" } } : { body: { permissions: [] } }));
  await openVersions();
  await userEvent.click(await screen.findByRole("button", { name: "Show older" }));
  expect(await screen.findByText("Version 1")).toBeVisible();
  expect(screen.queryByRole("button", { name: "Show older" })).toBeNull();
  expect(calls.filter((call) => call.search.includes("cursor=older"))).toHaveLength(1);
});
