import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { render, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it, vi } from "vitest";
import { SESSION_KEY } from "@/api";
import type { Session } from "@/api/models";
import { ToastProvider } from "@/components";
import { type Call, refusal, serve } from "@/test/server";
import { TryDialog } from "./TryDialog";

const PASS = { id: "p", channel_id: "c", state: "bound", created_at: "2026-03-01T09:00:00Z", created_by: "Noor", expires_at: "2026-03-01T10:00:00Z", contact_name: "Omar", contact_phone: "+966500000102", is_under_way: true };
const MADE = { ...PASS, state: "open", word: "try k7mq-x2vd", number: "+966110000000", link: "https://wa.me/966110000000?text=try%20k7mq-x2vd" };

function show({ hasPhone = false, channels = [{ id: "c", name: "Orders", number: "+966110000000", status: "active" }], reply = { status: 201, body: MADE } as ReturnType<typeof refusal> | { status: number; body: unknown } } = {}) {
  const calls = serve((call: Call) => {
    if (call.path === "/api/channels") return { body: { data: channels, next_cursor: null } };
    if (call.path === "/api/auth/setup") return { body: { has_simulator: hasPhone, simulator_url: hasPhone ? "http://127.0.0.1:8100" : null } };
    if (call.method === "POST") return reply;
    if (call.method === "DELETE") return { status: 204 };
    return { body: { data: [PASS] } };
  });
  const onSave = vi.fn(async () => undefined);
  const queryClient = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  queryClient.setQueryData(SESSION_KEY, { workspace: { timezone: "Asia/Riyadh" } } as Session);
  render(
    <QueryClientProvider client={queryClient}>
      <ToastProvider>
        <TryDialog isOpen onClose={() => undefined} botId="b" onSave={onSave} onProblems={() => undefined} />
      </ToastProvider>
    </QueryClientProvider>,
  );
  return { calls, onSave, user: userEvent.setup() };
}

describe("TryDialog", () => {
  it("saves the draft, makes a word for it, and shows it with a code that writes it", async () => {
    const { calls, onSave, user } = show();
    await user.click(await screen.findByRole("button", { name: "Make a word" }));
    expect(await screen.findByDisplayValue("try k7mq-x2vd")).toBeInTheDocument();
    expect(onSave).toHaveBeenCalled();
    expect(calls.find((call) => call.method === "POST")?.body).toEqual({ channel_id: "c", minutes: 60 });
    expect(screen.getByRole("link", { name: "Open WhatsApp here" })).toHaveAttribute("href", MADE.link);
    expect(screen.queryByRole("link", { name: "Open the simulated phone" })).not.toBeInTheDocument();
  });

  it("leads to the simulated phone where WhatsApp is simulated", async () => {
    const { user } = show({ hasPhone: true });
    await user.click(await screen.findByRole("button", { name: "Make a word" }));
    expect(await screen.findByRole("link", { name: "Open the simulated phone" })).toHaveAttribute("href", "http://127.0.0.1:8100");
    expect(screen.queryByRole("link", { name: "Open WhatsApp here" })).not.toBeInTheDocument();
  });

  it("shows who is in it, and lets nobody in any more", async () => {
    const { calls, user } = show();
    expect(await screen.findByText("Omar")).toBeInTheDocument();
    expect(screen.getByText("Trying now")).toBeInTheDocument();
    await user.click(screen.getByRole("button", { name: "Revoke" }));
    await waitFor(() => expect(calls.some((call) => call.method === "DELETE" && call.path === "/api/bots/b/passes/p")).toBe(true));
  });

  it("says what is missing: a number, or a flow without errors", async () => {
    show({ channels: [] });
    expect(await screen.findByText("No number is active. Connect one first.")).toBeInTheDocument();
  });

  it("leads to the problems of a draft with errors", async () => {
    const { user } = show({ reply: refusal(422, "flow_invalid") });
    await user.click(await screen.findByRole("button", { name: "Make a word" }));
    expect(await screen.findByRole("button", { name: "Show the problems" })).toBeInTheDocument();
  });
});
