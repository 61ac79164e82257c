import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { createMemoryHistory, createRootRoute, createRouter, RouterProvider } from "@tanstack/react-router";
import { render, screen } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { SESSION_KEY } from "@/api";
import type { Conversation } from "@/api/models";
import { aConversation } from "@/test/samples";
import { ConversationRow } from "./ConversationRow";

async function show(conversation: Partial<Conversation>, isChannelShown: boolean) {
  const queryClient = new QueryClient();
  queryClient.setQueryData(SESSION_KEY, { user: { id: "u" }, workspace: { id: "w", timezone: "Asia/Riyadh" } });
  const row = <ConversationRow conversation={aConversation(conversation)} userId="u" isSelected={false} isChannelShown={isChannelShown} now={new Date("2026-11-20T09:00:00Z")} />;
  const router = createRouter({ routeTree: createRootRoute({ component: () => row }), history: createMemoryHistory({ initialEntries: ["/inbox"] }) });
  render(
    <QueryClientProvider client={queryClient}>
      <RouterProvider router={router as never} />
    </QueryClientProvider>,
  );
  return screen.findByRole("link");
}

describe("ConversationRow", () => {
  it("says on which of several numbers a customer is", async () => {
    expect(await show({}, true)).toHaveTextContent("Olaya line");
  });

  it("says that a search found a former number", async () => {
    expect(await show({ found_by: "+966501230142" }, false)).toHaveTextContent("Formerly +966501230142");
  });

  it("does not say it where there is only one", async () => {
    expect(await show({}, false)).not.toHaveTextContent("Olaya line");
  });

  it.each([
    ["noura.a", "@noura.a"],
    [null, "SA.1349"],
  ])("calls who has no number by the username, else by the user id: %s", async (username, called) => {
    const { contact } = aConversation({});
    expect(await show({ contact: { ...contact, name: null, phone: null, user_id: "SA.1349", username } }, false)).toHaveTextContent(called);
  });

  it("groups the number of a customer without a name", async () => {
    const { contact } = aConversation({});
    await show({ contact: { ...contact, name: null } }, false);
    expect(screen.getByText("0142")).toBeInTheDocument();
  });
});
