import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { render, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it } from "vitest";
import { SESSION_KEY } from "@/api";
import type { Me, Message } from "@/api/models";
import { meQuery } from "@/features/settings/queries";
import { aMessage } from "@/test/samples";
import { refusal, serve } from "@/test/server";
import { MessageRow } from "./MessageRow";
import { buildThread } from "./model";

function show(...messages: Message[]) {
  showTo(["conversations:write"], ...messages);
}

function showTo(permissions: string[], ...messages: Message[]) {
  const queryClient = new QueryClient({ defaultOptions: { queries: { staleTime: Number.POSITIVE_INFINITY } } });
  queryClient.setQueryData(SESSION_KEY, { user: { id: "me", name: "Noura" }, workspace: { id: "w", role: "agent" } });
  queryClient.setQueryData(meQuery.queryKey, { permissions } as Me);
  const items = buildThread(messages, [], (at) => at.slice(0, 10));
  render(
    <QueryClientProvider client={queryClient}>
      {items.map((item) => item.kind === "message" && <MessageRow key={item.key} item={item} userId="me" isNew={false} />)}
    </QueryClientProvider>,
  );
}

const failure = { code: "131026", title: { en: "Not on WhatsApp", ar: "ليس على واتساب" }, text: { en: "The number is not on WhatsApp.", ar: "الرقم ليس على واتساب." }, action: null };
const there = { file_id: "f1", state: "stored", url: "/view", download_url: "/save" };
const dead = aMessage({ id: "1", direction: "out", status: "failed", sending_state: "dead", failure });

describe("MessageRow", () => {
  it("says why a message failed, and tries again", async () => {
    const calls = serve(() => ({ body: { ...dead, status: "pending", sending_state: "queued", attempt: 2 } }));
    show(dead);
    expect(screen.getByText("The number is not on WhatsApp.")).toBeInTheDocument();
    await userEvent.click(screen.getByRole("button", { name: "Send again" }));
    expect(calls).toMatchObject([{ method: "POST", path: "/api/conversations/c/messages/1/retry" }]);
  });

  it("shows what could be chosen from a list that six buttons became, and what was", () => {
    const rows = [1, 2, 3, 4, 5, 6].map((n) => ({ id: String(n), title: `Choice ${n}`, ...(n === 1 && { description: "the first" }) }));
    const list = aMessage({ id: "2", direction: "out", type: "list", content: { body: "Which?", button: "Choose", sections: [{ title: "All", rows }] }, degradations: [{ code: "buttons_to_list", from: 6, to: 6, limit: 3 }] });
    show(aMessage({ id: "3", type: "list_reply", content: { id: "4", title: "Choice 4" } }), list);
    const shown = screen.getAllByRole("listitem").filter((item) => /^Choice/u.test(item.textContent ?? ""));
    expect(shown.map((item) => item.textContent)).toEqual(["Choice 1 · the first", "Choice 2", "Choice 3", "Choice 4", "Choice 5", "Choice 6"]);
    for (const row of shown) expect(row).toBeVisible();
    expect(screen.getByLabelText("Chosen").closest("li")).toBe(shown[3]);
    expect(screen.getByText("Choose")).toBeVisible();
    expect(screen.getByText("6 buttons sent as a list: WhatsApp takes 3.")).toBeVisible();
  });

  it.each([
    ["appeal", "Appeal to Meta"],
    ["fix_payment", "Open payments at Meta"],
    ["fix_number", "Open WhatsApp Manager"],
    ["fix_credentials", "Open the channels"],
  ])("leads to what mends it: %s", (action, name) => {
    show({ ...dead, failure: { ...failure, action } });
    expect(screen.getByRole("link", { name })).toHaveAttribute("href");
    expect(screen.getByText("As things are, sending it again does not help.")).toBeInTheDocument();
    expect(screen.getByRole("button", { name: "Send again" })).toBeEnabled();
  });

  it("says where nothing mends it", () => {
    show({ ...dead, failure: { ...failure, action: "none" } });
    expect(screen.queryByRole("link")).toBeNull();
    expect(screen.getByText("As things are, sending it again does not help.")).toBeInTheDocument();
  });

  it("says what was changed so that WhatsApp takes it, and which part this is", () => {
    const degradations = [{ code: "text_split" as const, from: 5000, to: 2, limit: 4096 }];
    show(aMessage({ id: "2", direction: "out", degradations, parts: ["1", "2"] }));
    expect(screen.getByText("Part 2 of 2.")).toBeInTheDocument();
    expect(screen.getByText("Sent as 2 messages: WhatsApp takes 4,096 characters in one.")).toBeInTheDocument();
  });

  it("says when it was played, and when it failed", () => {
    const times = { sent_at: "2026-11-20T09:00:01Z", delivered_at: "2026-11-20T09:00:02Z", read_at: "2026-11-20T09:04:00Z" };
    show({ ...dead, id: "2", failed_at: "2026-11-20T09:05:00Z" }, aMessage({ id: "1", direction: "out", status: "played", ...times, played_at: "2026-11-20T09:06:00Z" }));
    expect(screen.getByTitle(/Sent .*09:00 · Delivered .*09:00 · Read .*09:04 · Played .*09:06/u)).toBeInTheDocument();
    expect(screen.getByText("· Failed 09:05")).toBeInTheDocument();
  });

  it("tells on a press of the tick every step, and what WhatsApp counts the message as", async () => {
    const pricing = { is_billable: false, model: "PMP", type: "free_customer_service", category: "service" };
    show(aMessage({ id: "1", direction: "out", status: "delivered", delivered_at: "2026-11-20T09:00:02Z", pricing }));
    await userEvent.click(screen.getByRole("button", { name: "delivered · Details of this message" }));
    const told = within(screen.getByRole("dialog", { name: "Details of this message" }));
    expect(told.getAllByRole("listitem").map((line) => line.textContent)).toEqual([
      expect.stringMatching(/^Delivered .*09:00$/u),
      "Service",
      "Free of charge",
      "Within the 24 hours after the customer wrote",
    ]);
  });

  it("says a category that is new to us as WhatsApp calls it, and charged as charged", async () => {
    show(aMessage({ id: "1", direction: "out", pricing: { is_billable: true, model: "PMP", type: "regular", category: "group_utility" } }));
    await userEvent.click(screen.getByRole("button", { name: /Details of this message/u }));
    expect(screen.getAllByRole("listitem").map((line) => line.textContent)).toEqual(["group_utility", "Charged"]);
  });

  it("has nothing to press where WhatsApp told nothing", () => {
    show(aMessage({ id: "1", direction: "out" }));
    expect(screen.queryByRole("button")).not.toBeInTheDocument();
  });

  it("says what a message waits for", () => {
    const waiting = { code: "channel_in_trouble" as const, text: { en: "The number is broken.", ar: "الرقم معطّل." }, action: "fix_credentials" };
    show(aMessage({ id: "1", direction: "out", status: "pending", sending_state: "queued", waiting }));
    expect(screen.getByText("The number is broken.")).toBeInTheDocument();
  });

  it("says why it could not be tried again", async () => {
    serve(() => refusal(409, "nothing_to_retry"));
    show(dead);
    await userEvent.click(screen.getByRole("button", { name: "Send again" }));
    expect(await screen.findByText("It could not be sent again. This message did not fail, so it is not sent again.")).toBeInTheDocument();
  });

  it("shows doubt as doubt, and leaves the decision to a person", async () => {
    const calls = serve(() => ({ body: { ...dead, status: "pending" } }));
    show(aMessage({ id: "1", direction: "out", status: "pending", sending_state: "unknown" }));
    expect(screen.getByText("Checking with WhatsApp whether it arrived. We will not send it twice.")).toBeInTheDocument();
    await userEvent.click(screen.getByRole("button", { name: "Send again anyway" }));
    await waitFor(() => expect(calls).toHaveLength(1));
  });

  it("says all of this to whoever may only read, and offers nothing to do about it", () => {
    const doubtful = aMessage({ id: "2", direction: "out", status: "pending", sending_state: "unknown" });
    showTo(["conversations:read"], dead, doubtful);
    expect(screen.getByText("The number is not on WhatsApp.")).toBeInTheDocument();
    expect(screen.getByText("Checking with WhatsApp whether it arrived. We will not send it twice.")).toBeInTheDocument();
    expect(screen.queryByRole("button")).not.toBeInTheDocument();
  });

  it("fills the button that the customer tapped, and says so", () => {
    show(
      aMessage({ id: "2", at: "2026-11-20T09:01:00Z", type: "button_reply", reply_to: "w1", content: { id: "yes", title: "Yes" } }),
      aMessage({ id: "1", direction: "out", type: "buttons", provider_id: "w1", content: { body: "Sure?", buttons: [{ id: "yes", title: "Yes" }, { id: "no", title: "No" }] } }),
    );
    const [yes, no] = screen.getAllByRole("listitem");
    expect(yes).toHaveTextContent("Yes (chosen)");
    expect(no).toHaveTextContent(/^No$/u);
    expect(screen.getByText("· tapped a button")).toBeInTheDocument();
  });

  it("keeps what it cannot show one press away", async () => {
    show(aMessage({ type: "unsupported", content: { type: "sticker", raw: { id: "9911" } } }));
    expect(screen.getByText("Hoopoe cannot show this kind of message yet (sticker).")).toBeInTheDocument();
    await userEvent.click(screen.getByText("Show what came"));
    expect(screen.getByText(/"9911"/u)).toBeVisible();
  });

  it("says that a picture is on its way until it is there", () => {
    show(aMessage({ type: "image", content: { caption: "Like this", state: "pending", url: null } }));
    expect(screen.getByText("The photo is on its way")).toBeInTheDocument();
    expect(screen.getByText("Like this")).toBeInTheDocument();
    expect(screen.queryByRole("img")).not.toBeInTheDocument();
  });

  it("says why a file is not there, and asks for it again", async () => {
    const failure = { code: "gone", title: { en: "The file is gone", ar: "" }, text: { en: "Ask for it again.", ar: "" }, can_retry: true };
    const calls = serve(() => ({ body: {} }));
    show(aMessage({ type: "document", content: { file_id: "f1", state: "failed", filename: "menu.pdf", failure } }));
    expect(screen.getByText("The file is gone")).toBeInTheDocument();
    expect(screen.getByText("Ask for it again.")).toBeInTheDocument();
    await userEvent.click(screen.getByRole("button", { name: "Fetch again" }));
    await waitFor(() => expect(calls).toMatchObject([{ method: "POST", path: "/api/media/w/f1/retry" }]));
  });

  it("opens a picture over the page, and closes it by the keyboard", async () => {
    show(aMessage({ type: "image", content: { ...there, mime_type: "image/png", thumbnail_url: "/thumb", width: 900, height: 600, caption: "Two trays" } }));
    expect(screen.getByRole("img", { name: "Two trays" })).toHaveAttribute("src", "/thumb");
    await userEvent.click(screen.getByRole("button", { name: /Open the photo/u }));
    expect(within(screen.getByRole("dialog", { name: "Two trays" })).getByRole("img")).toHaveAttribute("src", "/view");
    await userEvent.keyboard("{Escape}");
    expect(screen.queryByRole("dialog")).not.toBeInTheDocument();
  });

  it("offers what is said to be a picture and is none, and never draws it", () => {
    show(aMessage({ type: "image", content: { ...there, mime_type: "text/html", name: "photo.html" } }));
    expect(screen.queryByRole("img")).not.toBeInTheDocument();
    expect(screen.getByRole("link")).toHaveAttribute("href", "/save");
    expect(screen.getByRole("link")).toHaveTextContent("photo.html");
  });

  it("keeps kind and size of a file apart, whatever the direction of the page and of the name", () => {
    show(aMessage({ type: "document", content: { ...there, mime_type: "application/pdf", name: "قائمة.pdf", size: 2_621_440 } }));
    for (const part of ["قائمة.pdf", "PDF", "2.5 MB"]) expect(screen.getByText(part).tagName).toBe("BDI");
    expect(screen.getByRole("link")).toHaveTextContent("PDF · 2.5 MB");
  });

  it("shows every file of a message, and the length of a voice note", () => {
    const note = { ...there, type: "audio", file_id: "f2", mime_type: "audio/ogg", voice: true, duration_ms: 6_300 };
    show(aMessage({ type: "document", content: { ...there, mime_type: "application/pdf", name: "menu.pdf", size: 2_621_440, more: [note, "broken"] } }));
    expect(screen.getByRole("link")).toHaveTextContent(/menu\.pdf.*PDF · 2\.5 MB/u);
    expect(screen.getByRole("button", { name: "Play Voice note" })).toBeInTheDocument();
    expect(screen.getByText("0:06")).toBeInTheDocument();
  });

  it("says that a file was deleted, and offers nothing", () => {
    const failure = { code: "deleted", title: { en: "The file was deleted", ar: "" }, text: { en: "It is not kept any more.", ar: "" }, can_retry: false };
    show(aMessage({ type: "video", content: { file_id: "f1", state: "deleted", failure } }));
    expect(screen.getByText("The file was deleted")).toBeInTheDocument();
    expect(screen.queryByRole("button")).not.toBeInTheDocument();
  });
});
