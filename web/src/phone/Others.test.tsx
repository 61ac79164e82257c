import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { render, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { Others } from "./Others";
import type { Channel, Person } from "./world";

const person = { number: "+966500000101", user_id: "SA.1", name: "Noura", threads: [] } as unknown as Person;
const channel: Channel = { provider: "meta", name: "Qamar", number: "+966110000001", phone_number_id: "77", callback_url: "", is_subscribed: true };
let asked: { path: string; body: unknown }[] = [];

beforeEach(() => {
  asked = [];
  vi.stubGlobal("ResizeObserver", class { observe() { return undefined; } unobserve() { return undefined; } disconnect() { return undefined; } }); // the switch measures itself
  vi.stubGlobal("fetch", async (path: string, options: { body: string }) => {
    asked.push({ path, body: JSON.parse(options.body) });
    return new Response("{}", { status: 201 });
  });
});

function show(over: Partial<Channel> = {}) {
  render(
    <QueryClientProvider client={new QueryClient()}>
      <Others person={person} channel={{ ...channel, ...over }} now={new Date("2026-11-20T09:00:00Z")} />
    </QueryClientProvider>,
  );
}

describe("Others", () => {
  it("lets the owner write, once there are words", async () => {
    show();
    await userEvent.click(screen.getByRole("button", { name: "The owner writes" }));
    await userEvent.click(screen.getByRole("button", { name: "Write" }));
    expect(screen.getByText("This is needed.")).toBeInTheDocument();
    expect(asked).toEqual([]);
    await userEvent.type(screen.getByLabelText("What the owner writes"), "One moment");
    await userEvent.click(screen.getByRole("button", { name: "Write" }));
    expect(await screen.findByText("Done. Hoopoe was told.")).toBeInTheDocument();
    expect(asked).toEqual([{ path: "/phones/%2B966500000101/echoes", body: { to: "77", type: "text", text: { body: "One moment" } } }]);
  });

  it("imports what was said before, and that it is not shared", async () => {
    show();
    await userEvent.click(screen.getByRole("button", { name: "Import history" }));
    await userEvent.type(screen.getByLabelText("What Noura said"), "Open?");
    await userEvent.click(screen.getByRole("button", { name: "Import" }));
    await screen.findByText("Done. Hoopoe was told.");
    await userEvent.click(screen.getByRole("button", { name: "Import history" }));
    await userEvent.click(screen.getByRole("switch", { name: "The owner does not share it" }));
    await userEvent.click(screen.getByRole("button", { name: "Import" }));
    await waitFor(() => expect(asked).toHaveLength(2));
    expect(asked).toMatchObject([{ body: { messages: [{ sender: "person", text: "Open?" }], in_book: true } }, { path: "/phones/%2B966500000101/history", body: { to: "77", declined: true } }]);
  });

  it("lets another app take the thread, and WhatsApp speak of the account", async () => {
    show();
    await userEvent.click(screen.getByRole("button", { name: "Another app" }));
    await userEvent.click(screen.getByRole("button", { name: "Tell Hoopoe" }));
    await screen.findByText("Done. Hoopoe was told.");
    await userEvent.click(screen.getByRole("button", { name: "WhatsApp says" }));
    await userEvent.click(screen.getByRole("button", { name: "Tell Hoopoe" }));
    expect(asked).toMatchObject([
      { path: "/phones/%2B966500000101/handovers", body: { type: "control_taken", role: "ai_agent" } },
      { path: "/world/channels/77/events", body: { field: "phone_number_quality_update", value: { event: "FLAGGED" } } },
    ]);
  });

  it("says of a Twilio number that nobody tells of others", () => {
    show({ provider: "twilio" });
    expect(screen.getByText("Twilio tells nothing of others than the person.")).toBeInTheDocument();
    expect(screen.queryByRole("button")).not.toBeInTheDocument();
  });
});
