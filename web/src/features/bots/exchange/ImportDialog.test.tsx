import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { createMemoryHistory, createRootRoute, createRouter, RouterProvider } from "@tanstack/react-router";
import { render, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, describe, expect, it, vi } from "vitest";
import { ToastProvider } from "@/components";
import type { Me } from "@/api/models";
import { meQuery } from "@/features/settings/queries";
import { type Call, serve } from "@/test/server";
import { ImportDialog } from "./ImportDialog";
import { fileName, MAX_BYTES } from "./queries";

afterEach(() => vi.unstubAllGlobals());

const note = { place: "nodes.1.actions.0", kind: "transfer_airtime", outcome: "placeholder", node_id: "n2", reason: "no_counterpart", words: { en: "Hoopoe has no such step.", ar: "لا توجد خطوة كهذه." } };
const bot = { id: null, name: "Airtime", nodes: 9, outcomes: { mapped: 5, placeholder: 1 }, notes: [note], missing: [{ kind: "credential", name: "Authorization" }], errors: 0, warnings: 1, tables: [] };
const report = { format: "rapidpro", is_dry_run: true, bots: [bot], notes: [] };

async function show(answer: (call: Call) => { status?: number; body?: unknown }, permissions = ["bots:write", "tables:write"]) {
  const calls = serve(answer);
  const queryClient = new QueryClient({ defaultOptions: { queries: { retry: false, staleTime: Infinity } } });
  queryClient.setQueryData(meQuery.queryKey, { permissions } as Me);
  const router = createRouter({ routeTree: createRootRoute({ component: () => <ImportDialog onClose={() => undefined} /> }), history: createMemoryHistory({ initialEntries: ["/flows"] }) });
  render(
    <QueryClientProvider client={queryClient}>
      <ToastProvider>
        <RouterProvider router={router as never} />
      </ToastProvider>
    </QueryClientProvider>,
  );
  await screen.findByRole("dialog");
  return calls;
}

const choose = (content: string, name = "airtime.json") => userEvent.upload(screen.getByLabelText("Choose a file", { selector: "input" }), new File([content], name, { type: "application/json" }));

describe("ImportDialog", () => {
  it("says what becomes of a file before it makes anything, then makes it", async () => {
    const calls = await show((call) => ({ body: call.method === "POST" && calls.length < 2 ? report : { ...report, is_dry_run: false, bots: [{ ...bot, id: "b1" }] } }));
    expect(screen.getByRole("button", { name: "Make the bot" })).toBeDisabled();
    await choose('{"nodes": []}');
    expect(await screen.findByText("Hoopoe has no such step.")).toBeInTheDocument();
    expect(screen.getByText("This is a file of RapidPro, TextIt or Glific.")).toBeInTheDocument();
    expect(screen.getByText("1 without a counterpart")).toBeInTheDocument();
    expect(screen.getByText("Authorization")).toBeInTheDocument();
    expect(calls.map((call) => [call.path, call.body])).toEqual([["/api/bots/import", { nodes: [] }]]);
    await userEvent.click(screen.getByRole("button", { name: "Make the bot" }));
    const done = await screen.findByRole("dialog", { name: "The bot is there" });
    expect(within(done).getByRole("link", { name: "Open Airtime" })).toHaveAttribute("href", "/flows/b1?version=draft");
  });

  it("makes one bot of a double click", async () => {
    const calls = await show(() => ({ body: report }));
    await choose("{}");
    await userEvent.dblClick(await screen.findByRole("button", { name: "Make the bot" }));
    await waitFor(() => expect(calls.length).toBeGreaterThan(1));
    expect(calls.map((call) => call.search.includes("dry_run=true"))).toEqual([true, false]);
  });

  it("makes missing data tables where that is asked for", async () => {
    const needs = { ...report, bots: [{ ...bot, missing: [{ kind: "table", name: "bookings" }] }] };
    const calls = await show((call) => ({ body: call.search.includes("create_tables=true") ? { ...report, bots: [{ ...bot, tables: ["bookings"] }] } : needs }));
    await choose("{}");
    const wish = await screen.findByRole("checkbox");
    expect(wish).not.toBeChecked();
    await userEvent.click(wish);
    await userEvent.click(await screen.findByRole("button", { name: "Make the bot" }));
    await screen.findByRole("dialog", { name: "The bot is there" });
    expect(calls.map((call) => call.search)).toEqual(["?dry_run=true&create_tables=false", "?dry_run=true&create_tables=true", "?dry_run=false&create_tables=true"]);
  });

  it("leaves tables alone for who may not make any", async () => {
    await show(() => ({ body: { ...report, bots: [{ ...bot, missing: [{ kind: "table", name: "bookings" }] }] } }), ["bots:write"]);
    await choose("{}");
    await screen.findByText("Hoopoe has no such step.");
    expect(screen.queryByRole("checkbox")).not.toBeInTheDocument();
  });

  it("shows the place of what is wrong in a file", async () => {
    const fields = [{ field: "flows.0.spec_version", message: "This is a flow of spec 11.", code: "wrong_spec" }];
    await show(() => ({ status: 422, body: { error: { code: "validation_failed", message: "No.", details: { fields }, request_id: "r" } } }));
    await choose("{}");
    expect(await screen.findByText("flows.0.spec_version: This is a flow of spec 11.")).toBeInTheDocument();
    expect(screen.getByRole("button", { name: "Make the bot" })).toBeDisabled();
  });

  it("sends no file that is too large", async () => {
    const calls = await show(() => ({ body: report }));
    await choose(" ".repeat(MAX_BYTES + 1));
    expect(await screen.findByText("This file has more than 8 MB.")).toBeInTheDocument();
    expect(calls).toEqual([]);
  });
});

it("names files in any script", () => {
  expect(["Café & Bar", "  قهوة الصباح ", "///", "x".repeat(200)].map(fileName)).toEqual(["café-bar", "قهوة-الصباح", "bot", "x".repeat(80)]);
});
