import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { createMemoryHistory, createRootRoute, createRouter, RouterProvider } from "@tanstack/react-router";
import { render, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it } from "vitest";
import type { Me } from "@/api/models";
import { nodeTypesQuery } from "@/features/bots/queries";
import { aSprint, TYPES } from "@/features/bots/traces/samples";
import { meQuery } from "@/features/settings/queries";
import { aMessage } from "@/test/samples";
import { serve } from "@/test/server";
import { MessageRow } from "./MessageRow";
import { buildThread, type MessageItem } from "./model";
import { WhyProvider } from "./why";

async function show(messages: Parameters<typeof aMessage>[0][]) {
  const items = buildThread(messages.map(aMessage).toReversed(), [], (at) => at.slice(0, 10)).filter((item): item is MessageItem => item.kind === "message");
  const thread = (
    <WhyProvider conversationId="c">
      {items.map((item) => (
        <MessageRow key={item.key} item={item} userId="u" isNew={false} />
      ))}
    </WhyProvider>
  );
  const queryClient = new QueryClient({ defaultOptions: { queries: { retry: false, staleTime: Number.POSITIVE_INFINITY } } });
  queryClient.setQueryData(meQuery.queryKey, { permissions: ["bots:read"] } as Me);
  queryClient.setQueryData(nodeTypesQuery.queryKey, { data: TYPES, values: [] } as never);
  const router = createRouter({ routeTree: createRootRoute({ component: () => thread }), history: createMemoryHistory({ initialEntries: ["/inbox"] }) });
  render(
    <QueryClientProvider client={queryClient}>
      <RouterProvider router={router as never} />
    </QueryClientProvider>,
  );
  await screen.findAllByText(/./u);
}

const bot = { direction: "out", author: { kind: "bot", id: "b", name: "Café" } } as const;

describe("why", () => {
  it("can be asked of every message of a bot, also of those in a group, and of nobody else's", async () => {
    await show([
      { id: "m1", content: { body: "hi" } },
      { id: "m2", ...bot, content: { body: "Hello" } },
      { id: "m3", ...bot, content: { body: "Which size?" } },
      { id: "m4", direction: "out", content: { body: "I am Noura" } },
    ]);
    expect(screen.getAllByRole("button", { name: "Why did the bot say this?" })).toHaveLength(2);
  });

  it("is answered beside the thread, and the focus goes back", async () => {
    const calls = serve(() => ({ body: { message_id: "m1", sprint: aSprint({}), known: {}, days_kept: 14 } }));
    await show([{ id: "m1", ...bot, content: { body: "You chose large" } }]);
    const user = userEvent.setup();
    const button = screen.getByRole("button", { name: "Why did the bot say this?" });
    await user.click(button);
    expect(await screen.findByText("Said this message", {}, { timeout: 5_000 })).toBeVisible();
    expect(calls.map((call) => call.path)).toContain("/api/messages/m1/trace");
    await user.keyboard("{Escape}");
    expect(screen.queryByText("Said this message")).toBeNull();
    await waitFor(() => expect(button).toHaveFocus());
  });
});
