import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { render, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it } from "vitest";
import type { Channel } from "@/api/models";
import { ToastProvider } from "@/components";
import { serve } from "@/test/server";
import { ReplaceDialog } from "./ReplaceDialog";

function show(provider: Channel["provider"]) {
  const calls = serve(() => ({ body: {} }));
  const channel = { id: "ch", name: "Olaya line", number: "+966500000001", provider, activated_at: "2026-11-20T09:00:00Z" } as Channel;
  render(
    <QueryClientProvider client={new QueryClient()}>
      <ToastProvider>
        <ReplaceDialog channel={channel} isOpen onOpenChange={() => undefined} />
      </ToastProvider>
    </QueryClientProvider>,
  );
  return calls;
}

describe("ReplaceDialog", () => {
  it("takes another verify token for Meta, and nothing that was left empty with it", async () => {
    const calls = show("meta");
    await userEvent.type(screen.getByRole("textbox", { name: "Verify token (optional)" }), "hoopoe-verify-2");
    await userEvent.click(screen.getByRole("button", { name: "Save" }));
    await waitFor(() => expect(calls.find((call) => call.method === "PATCH")).toMatchObject({ path: "/api/channels/ch", body: { verify_token: "hoopoe-verify-2" } }));
    expect(calls.find((call) => call.method === "PATCH")?.body).toEqual({ verify_token: "hoopoe-verify-2" });
  });

  it("knows no verify token of Twilio", () => {
    show("twilio");
    expect(screen.queryByRole("textbox", { name: /verify token/iu })).not.toBeInTheDocument();
  });
});
