import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { render, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, describe, expect, it } from "vitest";
import { SESSION_KEY } from "@/api";
import type { Conversation, Me, MessagePage } from "@/api/models";
import { meQuery } from "@/features/settings/queries";
import { aConversation, aMessage } from "@/test/samples";
import { type Call, refusal, serve } from "@/test/server";
import { KEYS } from "../queries";
import { windowAt } from "../window";
import { Composer } from "./Composer";
import { useDraft } from "./useDraft";

const now = new Date("2026-11-20T09:00:00Z");
const user = { id: "u", name: "Noura" };

function show(conversation: Partial<Conversation> = {}, permissions = ["conversations:write"], isImported = false) {
  const queryClient = new QueryClient({ defaultOptions: { queries: { retry: false, staleTime: Number.POSITIVE_INFINITY } } });
  queryClient.setQueryData(SESSION_KEY, { user, workspace: { id: "w", role: "agent" } });
  queryClient.setQueryData(meQuery.queryKey, { user, workspace: { id: "w", role: "agent" }, permissions } as Me);
  queryClient.setQueryData(KEYS.messages("c"), { pages: [{ data: [], next_cursor: null }], pageParams: [null] });
  const shown = aConversation(conversation);
  render(
    <QueryClientProvider client={queryClient}>
      <Reply conversation={shown} isImported={isImported} />
    </QueryClientProvider>,
  );
  const inThread = () => queryClient.getQueryData<{ pages: MessagePage[] }>(KEYS.messages("c"))?.pages[0]?.data ?? [];
  return { inThread };
}

function Reply({ conversation, isImported }: { conversation: Conversation; isImported: boolean }) {
  const draft = useDraft(conversation.id, user);
  return <Composer conversation={conversation} left={windowAt(conversation.window_expires_at, now)} draft={draft} isImported={isImported} />;
}

const field = () => screen.getByRole<HTMLTextAreaElement>("textbox", { name: "Your reply" });
const sends = (calls: Call[]) => calls.filter((call) => call.method === "POST");
const sent = aMessage({ id: "m1", direction: "out", status: "pending", content: { body: "On its way" } });

beforeEach(() => sessionStorage.clear());

describe("Composer", () => {
  it("sends on Enter, and the message stands in the thread at once and only once", async () => {
    const calls = serve(() => ({ status: 201, body: sent }));
    const { inThread } = show();
    await userEvent.type(field(), "On its way{Enter}");
    expect(field()).toHaveValue("");
    await waitFor(() => expect(inThread().map((message) => message.id)).toEqual(["m1"]));
    expect(sends(calls)).toMatchObject([{ path: "/api/conversations/c/messages", body: { type: "text", text: { body: "On its way" } } }]);
  });

  it("takes an Enter too many for nothing", async () => {
    const calls = serve(() => ({ status: 201, body: sent }));
    const { inThread } = show();
    await userEvent.type(field(), "On its way{Enter}{Enter}");
    await waitFor(() => expect(inThread().map((message) => message.id)).toEqual(["m1"]));
    expect(screen.queryByText("Write something first.")).not.toBeInTheDocument();
    expect(sends(calls)).toHaveLength(1);
  });

  it("starts a new line on Shift and Enter", async () => {
    const calls = serve(() => ({ status: 201, body: sent }));
    show();
    await userEvent.type(field(), "one{Shift>}{Enter}{/Shift}two");
    expect(field()).toHaveValue("one\ntwo");
    expect(calls).toEqual([]);
  });

  it("gives the text back when it is refused, and repeats it under the same key", async () => {
    let isUp = false;
    const calls = serve(() => (isUp ? { status: 201, body: sent } : refusal(503, "unavailable", "Try later.")));
    const { inThread } = show();
    await userEvent.type(field(), "On its way{Enter}");
    expect(await screen.findByText("It was not sent. Try later.")).toBeInTheDocument();
    expect(field()).toHaveValue("On its way");
    expect(inThread()).toEqual([]);
    isUp = true;
    await userEvent.click(screen.getAllByRole("button", { name: "Take over and send" })[0] as HTMLElement);
    await waitFor(() => expect(inThread()).toHaveLength(1));
    const [first, second] = sends(calls);
    expect(first?.key).toBeTruthy();
    expect(second?.key).toBe(first?.key);
    expect(screen.queryByText(/was not sent/u)).not.toBeInTheDocument();
  });

  it("says what the button does besides, as long as the bot has the conversation", () => {
    show({ mode: "human" });
    expect(screen.queryByRole("button", { name: "Take over and send" })).not.toBeInTheDocument();
    expect(screen.getAllByRole("button", { name: "Send" }).length).toBeGreaterThan(0);
  });

  it("keeps the text when somebody was quicker, and says what to do", async () => {
    serve(() => refusal(409, "taken_meanwhile", "Somebody else took this conversation a moment ago."));
    show();
    await userEvent.type(field(), "Mine{Enter}");
    expect(await screen.findByText(/Somebody else took this conversation.* The text is kept; press the button to try again\./u)).toBeInTheDocument();
    expect(field()).toHaveValue("Mine");
  });

  it("tells imported history from somebody who never wrote", () => {
    show({ window_expires_at: null }, undefined, true);
    expect(screen.getByText(/This was imported, and opens no window/u)).toBeInTheDocument();
    expect(screen.queryByText(/has not written yet/u)).not.toBeInTheDocument();
  });

  it("says in words that the window closed while it was being sent", async () => {
    serve(() => refusal(409, "window_closed"));
    show();
    await userEvent.type(field(), "Too late{Enter}");
    expect(await screen.findByText(/The window closed before it was sent/u)).toBeInTheDocument();
    expect(field()).toHaveValue("Too late");
  });

  it("explains instead of sending nothing, or too much", async () => {
    const calls = serve(() => ({ status: 201, body: sent }));
    show();
    await userEvent.click(screen.getAllByRole("button", { name: "Take over and send" })[0] as HTMLElement);
    expect(screen.getByText("Write something first.")).toBeInTheDocument();
    await userEvent.click(field());
    await userEvent.paste("x".repeat(16_001));
    await userEvent.type(field(), "{Enter}");
    expect(screen.getByText("A message may have up to 16,000 characters. This has 16,001.")).toBeInTheDocument();
    expect(calls).toEqual([]);
  });

  it.each([
    ["the window is shut", { window_expires_at: "2026-11-20T07:00:00Z" }, undefined, "The window closed 2 hours ago. WhatsApp now takes only an approved template."],
    ["nobody has written yet", { window_expires_at: null }, undefined, "The customer has not written yet. WhatsApp takes only an approved template."],
    ["the conversation is closed", { mode: "closed" as const }, undefined, "This conversation is closed."],
    ["the reader may only read", {}, ["conversations:read"], "You may read here, and not write."],
  ])("gives way to a sentence when %s", (_, conversation, permissions, sentence) => {
    show(conversation, permissions);
    expect(screen.getByText(sentence)).toBeInTheDocument();
    expect(screen.queryByRole("textbox")).not.toBeInTheDocument();
  });
});
