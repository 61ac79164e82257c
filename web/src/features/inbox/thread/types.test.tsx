import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { render, screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it } from "vitest";
import type { Message } from "@/api/models";
import { aMessage } from "@/test/samples";
import { MessageRow } from "./MessageRow";
import { buildThread } from "./model";
import { NoticeItem } from "./NoticeItem";

function show(...messages: Message[]) {
  const queryClient = new QueryClient({ defaultOptions: { queries: { staleTime: Number.POSITIVE_INFINITY } } });
  queryClient.setQueryData(["session"], null);
  const items = buildThread(messages, [], (at) => at.slice(0, 10));
  render(
    <QueryClientProvider client={queryClient}>
      {items.map((item) => (item.kind === "message" ? <MessageRow key={item.key} item={item} userId="me" isNew={false} /> : item.kind === "notice" && <NoticeItem key={item.key} item={item} />))}
    </QueryClientProvider>,
  );
}

describe("a message of each type", () => {
  it("is an order with its lines and their sum in the currency's own money", () => {
    const items = [{ product_id: "kunafa", quantity: 2, price: 2950, currency: "SAR" }, { product_id: "tea", quantity: 1, price: null, currency: "SAR" }];
    show(aMessage({ type: "order", content: { note: "no cream", items, total: 6300, currency: "SAR", decimals: 2 } }));
    const table = screen.getByRole("table", { name: "Order, 2 items" });
    expect(within(table).getByRole("row", { name: "2 × kunafa SAR 59.00" })).toBeInTheDocument();
    expect(within(table).getByRole("row", { name: "1 × tea –" })).toBeInTheDocument();
    expect(within(table).getByRole("row", { name: "Total SAR 63.00" })).toBeInTheDocument();
    expect(screen.getByText("no cream")).toBeInTheDocument();
  });

  it("is an order without a sum where nobody can say it", () => {
    const items = [{ product_id: "a", quantity: 1, price: 500, currency: "SAR" }, { product_id: "b", quantity: 1, price: 1255, currency: "KWD" }];
    show(aMessage({ type: "order", content: { items, total: null, currency: null, decimals: null } }));
    expect(screen.getByRole("row", { name: "1 × b KWD 1.255" })).toBeInTheDocument();
    expect(screen.queryByText("Total")).not.toBeInTheDocument();
  });

  it("is a form field by field, without the token that nobody reads", () => {
    show(aMessage({ type: "form_reply", content: { name: "flow", body: "Sent", answer: { flow_token: "t", day: "الجمعة", extras: ["cake", "tea"], far: { deep: 1 } } } }));
    expect(screen.getAllByRole("term").map((each) => each.textContent)).toEqual(["day", "extras", "far"]);
    expect(screen.getAllByRole("definition").map((each) => each.textContent)).toEqual(["الجمعة", "cake · tea", '{"deep":1}']);
  });

  it("is a card with numbers to call", () => {
    show(aMessage({ type: "contacts", content: { contacts: [{ name: "هدى", phones: [{ phone: "+966 50 222 3344" }] }, { name: null, origin: "contact_request", phones: [] }] } }));
    expect(screen.getByRole("link", { name: "+966 50 222 3344" })).toHaveAttribute("href", "tel:+966502223344");
    expect(screen.getByText("The customer's own number")).toBeInTheDocument();
  });

  it("says what WhatsApp did not pass on, and why", () => {
    const errors = [{ code: 131051, title: "Message type unknown", details: null, words: { en: "WhatsApp does not pass this on.", ar: "لا يوصل واتساب هذا." } }];
    show(aMessage({ type: "unsupported", content: { type: "unsupported", of: "poll", raw: {}, errors } }));
    expect(screen.getByText("A poll. WhatsApp does not pass its content on to businesses.")).toBeInTheDocument();
    expect(screen.getByText(/WhatsApp does not pass this on\./u)).toBeInTheDocument();
    expect(screen.getByText(/Message type unknown \(131051\)/u)).toBeInTheDocument();
  });

  it("is a line where nobody said anything", () => {
    show(
      aMessage({ id: "2", type: "system", content: { event: "user_changed_number", phone: "966509998877" } }),
      aMessage({ id: "1", type: "call", content: { direction: "in", status: "missed", seconds: null } }),
    );
    expect(screen.getByText(/Missed call/u)).toBeInTheDocument();
    expect(screen.getByText("+966509998877")).toBeInTheDocument();
  });
});

describe("what came beside the words", () => {
  it("names the ad and the product, and links to nothing that a browser would run", () => {
    const referral = { headline: "Tray for ten", body: "Thursday", source_url: "javascript:alert(1)", source_type: "ad" };
    show(aMessage({ content: { body: "hi", referral, product: { product_id: "kunafa-l" }, forwarded: "once" } }));
    expect(screen.getByText("Came from an ad")).toBeInTheDocument();
    expect(screen.getByText("Tray for ten")).toBeInTheDocument();
    expect(screen.getByText("kunafa-l")).toBeInTheDocument();
    expect(screen.getByText("Forwarded")).toBeInTheDocument();
    expect(screen.queryByRole("link")).not.toBeInTheDocument();
  });

  it("shows what nobody knows yet as it came", async () => {
    show(aMessage({ content: { body: "hi", extra: { mood: "glad" } } }));
    await userEvent.click(screen.getByText("Show what else came"));
    expect(screen.getByText(/"mood": "glad"/u)).toBeVisible();
  });
});

describe("what became of a message", () => {
  it("shows a reaction and whose it is", () => {
    show(aMessage({ direction: "out", reactions: [{ emoji: "👍", author: "contact", at: "2026-11-20T09:00:00Z" }] }));
    expect(within(screen.getByRole("list", { name: "Reactions" })).getByRole("listitem")).toHaveTextContent("👍 from the customer");
  });

  it("says that it was edited, and keeps what it said before one press away", async () => {
    const versions = [{ type: "text", content: { body: "two trays" }, at: "2026-11-20T08:59:00Z" }] as const;
    show(aMessage({ content: { body: "three trays" }, edited_at: "2026-11-20T09:01:00Z", versions: [...versions] }));
    expect(screen.getByText("two trays")).not.toBeVisible();
    await userEvent.click(screen.getByText("edited"));
    expect(screen.getByText("two trays")).toBeVisible();
  });

  it("says that it was deleted, and keeps what it said one press away", async () => {
    show(aMessage({ content: { body: "two trays" }, deleted_at: "2026-11-20T09:01:00Z" }));
    expect(screen.getByText("The customer deleted this message")).toBeInTheDocument();
    expect(screen.getByText("two trays")).not.toBeVisible();
    await userEvent.click(screen.getByText("Show what it said"));
    expect(screen.getByText("two trays")).toBeVisible();
  });
});
