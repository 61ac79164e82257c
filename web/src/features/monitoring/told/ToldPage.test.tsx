import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it } from "vitest";
import { SESSION_KEY } from "@/api";
import type { AccountEvent } from "@/api/models";
import ar from "@/i18n/ar";
import en from "@/i18n/en";
import { refusal, serve } from "@/test/server";
import openapi from "../../../../openapi.json";
import { Told } from "./ToldPage";

const told = (changes: Partial<AccountEvent>): AccountEvent => ({
  id: "e",
  kind: "template_status",
  what: "rejected",
  about: "template",
  severity: "problem",
  channel: null,
  account_id: "204",
  subject: "order_ready",
  old_value: null,
  new_value: "rejected",
  reason: "Two variables stand side by side.",
  reason_text: null,
  effective_at: null,
  restrictions: [],
  details: {},
  contact: null,
  field: "message_template_status_update",
  raw: null,
  at: "2026-11-28T09:00:00Z",
  received_at: "2026-11-28T09:00:01Z",
  ...changes,
});

function show(answer: Parameters<typeof serve>[0], search: Parameters<typeof Told>[0]["search"] = {}) {
  const calls = serve(answer);
  const queryClient = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  queryClient.setQueryData(SESSION_KEY, { user: { id: "u" }, workspace: { id: "w", role: "owner" } });
  render(
    <QueryClientProvider client={queryClient}>
      <Told search={search} />
    </QueryClientProvider>,
  );
  return calls;
}

const page = (...data: AccountEvent[]) => ({ body: { data, next_cursor: null } });

describe("what WhatsApp says", () => {
  it("is told in words: how bad, what, of what, and why", async () => {
    show(() => page(told({})));
    expect(await screen.findByRole("heading", { name: "Template: rejected" })).toBeInTheDocument();
    for (const words of ["Problem", "order_ready", "The whole account", "Two variables stand side by side."]) expect(screen.getByText(words)).toBeInTheDocument();
    expect(screen.queryByText("As it came")).not.toBeInTheDocument();
  });

  it("says what a limit was and is, in people a day", async () => {
    show(() => page(told({ kind: "number_quality", what: "upgrade", about: "number", subject: "966500000001", old_value: "2000", new_value: "unlimited", reason: null })));
    expect(await screen.findByText("Limit: up to 2,000 people a day to as many people a day as it likes")).toBeInTheDocument();
  });

  it("says what is not allowed any more, and until when", async () => {
    const restrictions = [
      { type: "restricted_biz_initiated_messaging", until: "2026-12-24T00:00:00Z" },
      { type: "restricted_moon_walking", until: null },
    ];
    show(() => page(told({ kind: "account_status", what: "account_restriction", new_value: null, restrictions })));
    expect(await screen.findByText(/Not allowed: writing to people first, until 24 Dec/u)).toBeInTheDocument();
    expect(screen.getByText("Not allowed: restricted moon walking")).toBeInTheDocument();
  });

  it("says why a template was rejected, and leaves the bare code out", async () => {
    const reason_text = { en: "Its form is not allowed.", ar: "صيغته غير مقبولة." };
    show(() => page(told({ reason: "INVALID_FORMAT", reason_text, details: { reason_code: "invalid_format" } })));
    expect(await screen.findByText("Its form is not allowed.")).toBeInTheDocument();
    expect(screen.queryByText("INVALID_FORMAT")).not.toBeInTheDocument();
  });

  it("says it in our words and in the provider's, where those are a sentence", async () => {
    show(() => page(told({ reason_text: { en: "Its form is not allowed.", ar: "صيغته غير مقبولة." }, details: { reason_code: "invalid_format" } })));
    for (const words of ["Its form is not allowed.", "Two variables stand side by side."]) expect(await screen.findByText(words)).toBeInTheDocument();
  });

  it("says when a ban begins", async () => {
    show(() => page(told({ kind: "account_status", what: "schedule_for_disable", about: "account", new_value: null, reason: null, effective_at: "2027-01-31T00:00:00Z" })));
    expect(await screen.findByText(/Takes effect on 31 Jan 2027/u)).toBeInTheDocument();
  });

  it("shows what it does not know as it came", async () => {
    show(() => page(told({ kind: "other", what: "full", about: "account", severity: "info", subject: null, new_value: null, reason: null, field: "moon_phase_update", raw: { phase: 4 } })));
    expect(await screen.findByRole("heading", { name: "Something new: moon phase update" })).toBeInTheDocument();
    await userEvent.click(screen.getByText("As it came"));
    expect(screen.getByText(/moon_phase_update/u)).toBeInTheDocument();
  });

  it("gives the next page by its cursor", async () => {
    let asked = 0;
    show(() => ({ body: { data: [told({ id: `${asked++}` })], next_cursor: asked === 1 ? "more" : null } }));
    await userEvent.click(await screen.findByRole("button", { name: "Show more" }));
    expect(await screen.findAllByRole("heading", { name: "Template: rejected" })).toHaveLength(2);
    expect(screen.queryByRole("button", { name: "Show more" })).not.toBeInTheDocument();
  });

  it("says that there is nothing, or that nothing fits", async () => {
    show(() => page());
    expect(await screen.findByText("WhatsApp has said nothing")).toBeInTheDocument();
    show(() => page(), { severity: "problem" });
    expect(await screen.findByText("Nothing fits")).toBeInTheDocument();
  });

  it("can be tried again when it could not be loaded", async () => {
    let isAway = true;
    show(() => (isAway ? refusal(503, "unavailable") : page(told({}))));
    const again = await screen.findByRole("button", { name: "Try again" });
    isAway = false;
    await userEvent.click(again);
    expect(await screen.findByRole("heading", { name: "Template: rejected" })).toBeInTheDocument();
  });
});

describe("its words", () => {
  const { AccountEventKind, Severity, About, Quality, Throughput } = openapi.components.schemas;
  const lists = { kind: AccountEventKind.enum, severity: Severity.enum, about: About.enum, quality: Quality.enum, throughput: Throughput.enum };

  it.each(Object.entries(lists))("are there for every %s, and for no other", (name, values) => {
    for (const words of [en.told, ar.told]) expect(Object.keys(words[name as keyof typeof lists]).sort()).toEqual([...values].sort());
  });
});
