import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { render, screen } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import type { ConversationEvent, Message } from "@/api/models";
import { aConversation, aMessage } from "@/test/samples";
import { holderOf } from "../words";
import { EventItem } from "./EventItem";
import { MessageRow } from "./MessageRow";
import { buildThread } from "./model";

const fromPhone = { kind: "phone", id: null, name: null } as const;
const day = (at: string) => at.slice(0, 10);

function show(...messages: Message[]) {
  const queryClient = new QueryClient({ defaultOptions: { queries: { staleTime: Number.POSITIVE_INFINITY } } });
  queryClient.setQueryData(["session"], null);
  const items = buildThread(messages, [], day);
  render(<QueryClientProvider client={queryClient}>{items.map((item) => item.kind === "message" && <MessageRow key={item.key} item={item} userId="me" isNew={false} />)}</QueryClientProvider>);
}

function showEvent(over: Partial<ConversationEvent>) {
  const queryClient = new QueryClient();
  queryClient.setQueryData(["session"], null);
  const event: ConversationEvent = { id: "e", type: "taken_over", actor: { kind: "phone", id: null, name: null }, note: null, at: "2026-11-20T09:00:00Z", ...over };
  render(
    <QueryClientProvider client={queryClient}>
      <EventItem event={event} userId="me" />
    </QueryClientProvider>,
  );
}

describe("what others say on the number", () => {
  it("is an answer of ours that says where it was written", () => {
    show(aMessage({ id: "2", direction: "out", author: fromPhone, sending_state: null, content: { body: "on it" } }));
    expect(screen.getByText("From the phone")).toBeInTheDocument();
    expect(screen.getByText("on it")).toBeInTheDocument();
  });

  it("cannot be sent again from here when it failed there", () => {
    show(aMessage({ id: "2", direction: "out", author: fromPhone, sending_state: null, status: "failed" }));
    expect(screen.getByText("Not delivered")).toBeInTheDocument();
    expect(screen.queryByRole("button", { name: "Send again" })).not.toBeInTheDocument();
  });

  it("says why the bot's own answer was dropped", () => {
    const title = { en: "Not sent", ar: "لم تُرسل" };
    const text = { en: "Somebody answered on the phone.", ar: "ردّ أحدهم من الهاتف." };
    show(aMessage({ id: "2", direction: "out", author: { kind: "bot", id: "b", name: "Café" }, status: "pending", sending_state: "cancelled", failure: { code: "answered_on_phone", title, text, action: null } }));
    expect(screen.getByText("Somebody answered on the phone.")).toBeInTheDocument();
  });

  it("is between two lines where it was imported", () => {
    const at = (minute: number) => `2026-11-20T09:0${minute}:00Z`;
    const thread = [3, 2, 1].map((n) => aMessage({ id: `0${n}`, at: at(n), is_imported: n < 3 }));
    const items = buildThread(thread, [], day);
    expect(items.map((item) => (item.kind === "border" ? item.isBegin : item.kind))).toEqual(["day", true, "message", "message", false, "message"]);
    expect(items.filter((item) => item.kind === "message").map((item) => item.isGrouped)).toEqual([false, true, false]);
  });

  it("is a file that was not imported, in words", () => {
    show(aMessage({ type: "unsupported", content: { type: "media_placeholder", raw: {} }, is_imported: true }));
    expect(screen.getByText("A file on the phone that was not imported.")).toBeInTheDocument();
  });

  it("is told in the thread, with who it was and the summary", () => {
    showEvent({});
    expect(screen.getByText(/Somebody wrote on the phone\./u)).toBeInTheDocument();
    showEvent({ type: "handed_over", actor: { kind: "app", id: null, name: "ai_agent" }, note: "Wants a refund" });
    expect(screen.getByText("AI agent")).toBeInTheDocument();
    expect(screen.getByText("Wants a refund")).toBeInTheDocument();
    showEvent({ actor: { kind: "app", id: null, name: null } });
    expect(screen.getByText("unknown")).toBeInTheDocument();
  });

  it("is told when a flow failed, and why in words", () => {
    showEvent({ type: "flow_failed", actor: { kind: "bot", id: "b", name: "Café" }, note: "too_many_messages" });
    expect(screen.getByText(/^Café$/u).parentElement).toHaveTextContent("The flow of Café failed here, and the customer got no answer · It wanted to say too many messages in one go. ·");
    showEvent({ type: "flow_failed", actor: { kind: "bot", id: "b", name: "Shop" }, note: "of_a_newer_version" });
    expect(screen.getByText(/of_a_newer_version/u)).toBeInTheDocument();
  });

  it("shows in the header while another app has the thread", () => {
    const t = ((key: string) => key) as Parameters<typeof holderOf>[2];
    expect(holderOf(aConversation({ mode: "human", other_app: "ai_agent" }), "me", t)).toBe("header.withApp");
  });
});
