import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { createMemoryHistory, createRootRoute, createRouter, RouterProvider } from "@tanstack/react-router";
import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it } from "vitest";
import type { Conversation, Me } from "@/api/models";
import { ToastProvider } from "@/components";
import { meQuery } from "@/features/settings/queries";
import { aConversation } from "@/test/samples";
import { ThreadHeader } from "./ThreadHeader";

async function show(permissions: string[], assignee: Conversation["assignee"] = { id: "other", name: "Sami" }) {
  const queryClient = new QueryClient({ defaultOptions: { queries: { staleTime: Number.POSITIVE_INFINITY } } });
  queryClient.setQueryData(meQuery.queryKey, { permissions } as Me);
  const conversation = aConversation({ mode: "human", assignee });
  const header = <ThreadHeader conversation={conversation} userId="u" onDetails={() => undefined} onRefusal={() => undefined} />;
  const router = createRouter({ routeTree: createRootRoute({ component: () => header }), history: createMemoryHistory({ initialEntries: ["/inbox"] }) });
  render(
    <QueryClientProvider client={queryClient}>
      <ToastProvider>
        <RouterProvider router={router as never} />
      </ToastProvider>
    </QueryClientProvider>,
  );
  await screen.findByText("Khalid Al-Harbi");
}

const ACTIONS = ["Take over", "Hand back to bot", "Close"];

describe("ThreadHeader", () => {
  it("offers what can be done with a conversation to whoever answers", async () => {
    await show(["conversations:read", "conversations:write"]);
    for (const name of ACTIONS) expect(screen.getAllByRole("button", { name }).length).toBeGreaterThan(0);
  });

  it("leaves the name room on a phone: the second way out stands in the menu", async () => {
    await show(["conversations:read", "conversations:write"], null);
    const narrow = (name: string) => screen.getAllByRole("button", { name }).filter((button) => !button.textContent || button.getAttribute("aria-label") === name);
    expect(narrow("Take over")).toHaveLength(1);
    expect(narrow("Hand back to bot")).toHaveLength(0);
    await userEvent.click(screen.getByRole("button", { name: "More" }));
    expect(screen.getByRole("menuitem", { name: "Hand back to bot" })).toBeInTheDocument();
  });

  it("offers none of it to whoever may only read", async () => {
    await show(["conversations:read"]);
    for (const name of ACTIONS) expect(screen.queryByRole("button", { name })).not.toBeInTheDocument();
  });
});
