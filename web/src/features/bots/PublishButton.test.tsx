import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { render, screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it } from "vitest";
import type { Bot } from "@/api/models";
import { ToastProvider } from "@/components";
import { serve } from "@/test/server";
import { PublishButton } from "./PublishButton";

// jsdom lays nothing out, so it has nothing to scroll to.
Element.prototype.scrollIntoView = () => undefined;

const bot = { id: "b", name: "Café", status: "active", published: { number: 1 }, waiting: 0, has_unpublished_changes: true } as Bot;
const types = { data: [{ type: "ask_question", label: { en: "Ask a question", ar: "طرح سؤال" } }], values: [] };
/** What the server has to read: who waits, the kinds of steps, and the list of bots. */
const draft = { blueprint: { nodes: [{ id: "back", type: "ask_question", config: { question: { en: "Back?" } } }] }, faults: [] };
const read = (url: string, people: object) => ({ body: url.includes("flow-nodes") ? types : /[/]flow($|[?])/u.test(url) ? draft : url.includes("/people") ? people : { data: [bot], next_cursor: null } });
const text = (body: string) => ({ type: "text", content: { body }, is_refused: false });
const report = {
  passed: 1,
  failed: 1,
  data: [
    { id: "t1", name: "Hello", has_passed: true, is_complete: true, steps: [{ expected: [text("Hi")], got: [text("Hi")], is_same: true, trouble: null }] },
    {
      id: "t2",
      name: "اختبار",
      has_passed: false,
      is_complete: true,
      steps: [
        { expected: [text("Hi")], got: [text("Hi")], is_same: true, trouble: null },
        { expected: [text("How was it?")], got: [], is_same: false, trouble: null },
      ],
    },
  ],
};

const nobody = { waiting: 0, can_move: 0, cannot_move: 0, window_shut: 0, versions: [], triggers: [] };
const finish = { choice: "finish", lost: "finish", trigger_id: null };

function show(shown: Bot = bot, onBefore?: () => Promise<number>) {
  render(
    <QueryClientProvider client={new QueryClient()}>
      <ToastProvider>
        <PublishButton bot={shown} onFault={() => undefined} {...(onBefore && { onBefore })} />
      </ToastProvider>
    </QueryClientProvider>,
  );
  return userEvent.setup();
}

describe("PublishButton", () => {
  it("shows what the bot's tests expect beside what it says, and publishes when that is accepted", async () => {
    const calls = serve((call) =>
      call.method === "GET" ? read(call.path, nobody) : (call.body as { accepts_differences: boolean }).accepts_differences
        ? { body: { bot, version: { id: "v", number: 2 } } }
        : { status: 409, body: { error: { code: "tests_differ", message: "", details: { report }, request_id: "r" } } },
    );
    const user = show();
    await user.click(screen.getByRole("button", { name: "Publish" }));
    await user.click(await screen.findByRole("button", { name: "Publish" }));
    expect(await screen.findByRole("alert")).toHaveTextContent("One test fails on this draft.");
    expect(screen.getByText("اختبار")).toBeVisible();
    expect(screen.queryByText("Hello")).toBeNull();
    expect(screen.getByText("Step 2")).toBeVisible();
    expect(screen.getByText("How was it?")).toBeVisible();
    expect(screen.getByText("nothing")).toBeVisible();
    await user.click(screen.getByText("Step 2")); // a press of its own, not the second of a double click
    await user.click(screen.getByRole("button", { name: "Accept and publish" }));
    expect(await screen.findByText("Version 2 answers from now on.")).toBeVisible();
    expect(calls.filter((call) => call.method === "POST").map((call) => call.body)).toEqual([
      { note: null, accepts_differences: false, people: finish, base_revision: null },
      { note: null, accepts_differences: true, people: finish, base_revision: null },
    ]);
  });

  it("publishes the revision that was saved, and says so where a colleague saved another one", async () => {
    const calls = serve((call) => (call.method === "GET" ? read(call.path, nobody) : { status: 409, body: { error: { code: "draft_changed", message: "", details: { revision: 8 }, request_id: "r" } } }));
    const user = show(bot, async () => 7);
    await user.click(screen.getByRole("button", { name: "Publish" }));
    await user.click(await screen.findByRole("button", { name: "Publish" }));
    expect(await screen.findByRole("alert")).toHaveTextContent("somebody saved this draft after you opened this");
    expect(calls.find((call) => call.method === "POST")?.body).toMatchObject({ base_revision: 7 });
  });

  it("offers nothing over work that cannot be saved, and says why", async () => {
    serve((call) => read(call.path, nobody));
    const user = show(bot, async () => Promise.reject(new Error("no network")));
    await user.click(screen.getByRole("button", { name: "Publish" }));
    const dialog = await screen.findByRole("dialog", { name: "Not saved, so not published" });
    expect(dialog).toHaveTextContent("no network");
    await user.click(within(dialog).getByRole("button", { name: "Close" }));
    expect(screen.queryByRole("dialog")).toBeNull();
  });

  it("says that nothing has changed, and offers nothing", async () => {
    const calls = serve((call) => read(call.path, nobody));
    const user = show({ ...bot, has_unpublished_changes: false });
    await user.click(screen.getByRole("button", { name: "Publish" }));
    const dialog = await screen.findByRole("dialog", { name: "Nothing has changed since version 1" });
    expect(within(dialog).queryByRole("button", { name: "Publish" })).toBeNull();
    await user.click(within(dialog).getByRole("button", { name: "Close" }));
    expect(screen.queryByRole("dialog")).toBeNull();
    expect(calls.every((call) => call.method === "GET")).toBe(true);
  });

  it("says so, too, where a colleague published the same meanwhile", async () => {
    serve((call) => (call.method === "GET" ? read(call.path, nobody) : { status: 409, body: { error: { code: "nothing_changed", message: "", details: { version: 2 }, request_id: "r" } } }));
    const user = show();
    await user.click(screen.getByRole("button", { name: "Publish" }));
    await user.click(await screen.findByRole("button", { name: "Publish" }));
    expect(await screen.findByRole("dialog", { name: "Nothing has changed since version 2" })).toBeVisible();
  });

  it("says who waits where, and what becomes of those whose step is gone", async () => {
    const places = [
      { node_id: "ask", name: "How many?", type: "ask_question", waiting: 5, is_gone: false },
      { node_id: "old", name: null, type: "ask_question", waiting: 2, is_gone: true },
    ];
    const people = { waiting: 7, can_move: 5, cannot_move: 2, window_shut: 1, versions: [{ number: 1, waiting: 7, places }], triggers: [{ node_id: "start", name: null, type: "ask_question" }, { node_id: "back", name: "Coming back", type: "ask_question" }] };
    const calls = serve((call) => (call.method === "GET" ? read(call.path, people) : { body: { bot, version: { id: "v", number: 2 }, transition: null } }));
    const user = show();
    await user.click(screen.getByRole("button", { name: "Publish" }));
    expect(await screen.findByRole("radio", { name: /Let them finish/u })).toBeChecked();
    expect(screen.getByText(/1 cannot be written to now/u)).toBeVisible();
    expect(screen.queryByRole("radio", { name: "begin anew" })).toBeNull();
    await user.click(screen.getByRole("radio", { name: /Move them/u }));
    expect(screen.getByText("2 wait at steps that are gone here")).toBeVisible();
    expect(screen.queryByRole("combobox", { name: "They begin at" })).toBeNull();
    await user.click(screen.getByRole("radio", { name: "begin anew" }));
    screen.getByRole("combobox", { name: "They begin at" }).focus();
    await user.keyboard("{Enter}");
    await user.keyboard("{ArrowDown}{Enter}");
    await user.click(screen.getByText("Who waits where"));
    expect(screen.getByRole("row", { name: /Ask a question gone here 2/u })).toBeVisible();
    await user.click(screen.getByRole("button", { name: "Publish" }));
    expect(await screen.findByText(/Version 2/u)).toBeVisible();
    expect(calls.find((call) => call.method === "POST")?.body).toMatchObject({ people: { choice: "move", lost: "restart", trigger_id: "back" } });
  });
});
