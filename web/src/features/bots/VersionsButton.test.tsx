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

it("breaks a note of one long word, so that the panel keeps its width", async () => {
  serve((call) => ({ body: call.path.endsWith("/versions") ? { data: [{ id: "v", number: 1, published_at: "2026-11-20T09:41:00Z", published_by: null, note }], next_cursor: null } : { permissions: [] } }));
  const Page = () => {
    const [isOpen, setOpen] = useState(false);
    return <VersionsButton bot={bot} shown="draft" blueprint={undefined} onShow={() => undefined} isOpen={isOpen} onOpenChange={setOpen} />;
  };
  const router = createRouter({ routeTree: createRootRoute({ component: Page }), history: createMemoryHistory({ initialEntries: ["/flows"] }) });
  render(
    <QueryClientProvider client={new QueryClient()}>
      <ToastProvider>
        <RouterProvider router={router as never} />
      </ToastProvider>
    </QueryClientProvider>,
  );
  await userEvent.click(await screen.findByRole("button", { name: "Versions" }));
  const shown = await screen.findByText(note);
  expect(shown).toHaveClass("[overflow-wrap:anywhere]");
  expect(shown.closest("li")).toHaveClass("min-w-0");
});
