import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { render, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it } from "vitest";
import type { Credential } from "@/api/models";
import { ToastProvider } from "@/components";
import { refusal, serve } from "@/test/server";
import { CredentialDialog } from "./CredentialDialog";
import { CredentialRow } from "./CredentialRow";

const KEPT: Credential = {
  id: "c",
  name: "Shop",
  former_names: [],
  kind: "basic",
  hosts: ["api.example.com", "*.shop.example.com"],
  parameter: null,
  created_at: "2026-11-01T09:00:00Z",
  changed_at: null,
  used_at: null,
  places: [],
};

function show(element: React.ReactNode) {
  render(
    <QueryClientProvider client={new QueryClient()}>
      <ToastProvider>{element}</ToastProvider>
    </QueryClientProvider>,
  );
}

describe("a credential", () => {
  it("is stored with what its kind needs, and its hosts as people write them", async () => {
    const calls = serve(() => ({ status: 201, body: KEPT }));
    show(<CredentialDialog isOpen onOpenChange={() => undefined} start={{ name: "Shop", host: "api.example.com" }} />);
    expect(screen.getByRole("textbox", { name: "Hosts" })).toHaveValue("api.example.com");
    await userEvent.type(screen.getByLabelText("Secret"), "sk_live_1");
    await userEvent.click(screen.getByRole("button", { name: "Store a credential" }));
    await waitFor(() => expect(calls.find((call) => call.method === "POST")?.body).toEqual({ name: "Shop", kind: "bearer", hosts: ["api.example.com"], secret: "sk_live_1", username: null, parameter: null }));
  });

  it("says what is missing before it asks, and what the server says after", async () => {
    const calls = serve(() => refusal(409, "credential_exists"));
    show(<CredentialDialog isOpen onOpenChange={() => undefined} start={{ name: "Shop" }} />);
    await userEvent.click(screen.getByRole("button", { name: "Store a credential" }));
    expect(screen.getByText("Say to which host it may be sent.")).toBeVisible();
    expect(calls).toEqual([]);
    await userEvent.type(screen.getByRole("textbox", { name: "Hosts" }), "api.example.com");
    await userEvent.type(screen.getByLabelText("Secret"), "sk_live_1");
    await userEvent.click(screen.getByRole("button", { name: "Store a credential" }));
    expect(await screen.findByRole("alert")).toHaveTextContent("Change that one, or choose another name.");
  });

  it("keeps its secret where no new one is typed", async () => {
    const calls = serve(() => ({ body: KEPT }));
    show(<CredentialDialog isOpen onOpenChange={() => undefined} credential={KEPT} />);
    const name = screen.getByRole("textbox", { name: "Name" });
    await userEvent.clear(name);
    await userEvent.type(name, "Till");
    await userEvent.click(screen.getByRole("button", { name: "Save" }));
    await waitFor(() => expect(calls.find((call) => call.method === "PATCH")?.body).toEqual({ name: "Till", hosts: KEPT.hosts }));
  });

  it("is deleted after a question that names who uses it", async () => {
    const calls = serve(() => ({ status: 204 }));
    show(
      <ul>
        <CredentialRow credential={{ ...KEPT, places: [] }} mayWrite />
      </ul>,
    );
    await userEvent.click(screen.getByRole("button", { name: "More about Shop" }));
    await userEvent.click(await screen.findByRole("menuitem", { name: "Delete" }));
    expect(screen.getByRole("dialog")).toHaveTextContent("No flow uses it.");
    const deleted = () => calls.filter((call) => call.method === "DELETE");
    expect(deleted()).toEqual([]);
    await userEvent.click(screen.getByRole("button", { name: "Delete" }));
    await waitFor(() => expect(deleted()).toMatchObject([{ path: "/api/credentials/c" }]));
  });

  it("shows no buttons to whoever may not change it", () => {
    show(
      <ul>
        <CredentialRow credential={KEPT} mayWrite={false} />
      </ul>,
    );
    expect(screen.queryByRole("button")).not.toBeInTheDocument();
  });
});
