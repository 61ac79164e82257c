import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { render, screen, waitFor } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { SESSION_KEY } from "@/api";
import type { Me } from "@/api/models";
import { ToastProvider } from "@/components";
import { meQuery } from "@/features/settings/queries";
import { serve } from "@/test/server";
import { contactQuery } from "../queries";
import { MergedPeople } from "./MergedPeople";

const MERGED = [
  { id: "m", name: "Noura", username: null, address: "+966500000101", reason: "message", at: "2026-11-20T09:00:00Z" },
  { id: "n", name: null, username: "sami.k", address: "SA.123", reason: "message", at: "2026-11-20T09:00:00Z" },
];

function show(permissions: string[], merged: unknown[] = MERGED) {
  const calls = serve(() => ({ body: { id: "m", merged: [] } }));
  const queryClient = new QueryClient({ defaultOptions: { queries: { retry: false, staleTime: Number.POSITIVE_INFINITY } } });
  queryClient.setQueryData(SESSION_KEY, { user: { id: "u" }, workspace: { id: "w", role: "agent" } });
  queryClient.setQueryData(meQuery.queryKey, { permissions } as Me);
  queryClient.setQueryData(contactQuery("c").queryKey, { merged } as never);
  render(
    <QueryClientProvider client={queryClient}>
      <ToastProvider>
        <MergedPeople contactId="c" />
      </ToastProvider>
    </QueryClientProvider>,
  );
  return calls;
}

describe("MergedPeople", () => {
  it("names whom a contact was made one with, and parts them after asking", async () => {
    const calls = show(["conversations:write"]);
    expect(screen.getAllByRole("listitem").map((item) => item.querySelector("bdi")?.textContent)).toEqual(["Noura", "@sami.k"]);
    screen.getAllByRole("button")[0]?.click();
    const confirm = await screen.findByRole("button", { name: "Part them" });
    expect(calls).toEqual([]);
    confirm.click();
    await waitFor(() => expect(screen.queryByRole("button", { name: "Part them" })).toBeNull());
    expect(JSON.stringify(calls)).toContain("/api/contacts/c/part");
  });

  it("offers nothing to whoever may only read", () => {
    show(["conversations:read"]);
    expect(screen.queryByRole("button")).toBeNull();
  });

  it("is silent where nobody was made one", () => {
    show(["conversations:write"], []);
    expect(screen.queryByText("Made one with")).toBeNull();
  });
});
