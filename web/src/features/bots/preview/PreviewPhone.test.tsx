import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { render, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it, vi } from "vitest";
import { SESSION_KEY } from "@/api";
import type { Session, Simulated } from "@/api/models";
import { ToastProvider } from "@/components";
import { type Call, refusal, serve } from "@/test/server";
import { createPlayer } from "./player";
import { PreviewPhone } from "./PreviewPhone";
import { simulate } from "./queries";
import { after, SETTING, spoken } from "./samples";

const text = (body: string, change = {}) => spoken("text", { body }, change);
const OFFER = after([spoken("buttons", { body: "Which?", buttons: [{ id: "tea", title: "Tea" }, { id: "milk", title: "Milk" }] })], [{ path: [["start", null, false], ["ask", null, true]] }]);

type Reply = Simulated | ReturnType<typeof refusal>;

function show(replies: Reply[]) {
  const calls = serve((call: Call) => {
    if (call.path !== "/api/flows/simulate") return { status: 201, body: { id: "t" } };
    const reply = replies.shift() as Reply;
    return "acts" in reply ? { body: reply } : reply;
  });
  const [onPath, onSave, onProblems] = [vi.fn(), vi.fn(async () => undefined), vi.fn()];
  const player = createPlayer({ simulate, read: () => ({ name: "Café" }) as never, begin: () => SETTING, onPath });
  const queryClient = new QueryClient({ defaultOptions: { queries: { staleTime: Number.POSITIVE_INFINITY } } });
  queryClient.setQueryData(SESSION_KEY, { workspace: { timezone: "Asia/Riyadh" } } as Session);
  render(
    <QueryClientProvider client={queryClient}>
      <ToastProvider>
        <PreviewPhone botId="b" player={player} onSave={onSave} onProblems={onProblems} onClose={() => undefined} />
      </ToastProvider>
    </QueryClientProvider>,
  );
  const user = userEvent.setup();
  const write = (words: string) => user.type(screen.getByRole("textbox", { name: "Message" }), `${words}{Enter}`);
  const press = (name: string) => user.click(screen.getByRole("button", { name }));
  const acts = () => calls.flatMap((call) => (call.body as { acts: unknown[] }).acts);
  return { calls, acts, write, press, user, onPath, onSave, onProblems };
}

describe("PreviewPhone", () => {
  it("plays the draft as it stands: what is said, what comes back, which way it went", async () => {
    const { calls, write, onPath } = show([OFFER]);
    await write("مرحبا");
    const log = screen.getByRole("log");
    expect(await within(log).findByText("Which?")).toBeInTheDocument();
    expect(within(log).getByText("مرحبا")).toHaveAttribute("dir", "auto");
    expect(calls[0]?.body).toMatchObject({ blueprint: { name: "Café" }, setting: SETTING, state: null, acts: [{ type: "say", message: { type: "text", text: "مرحبا" } }] });
    expect(onPath).toHaveBeenLastCalledWith({ steps: ["start", "ask"], exits: [] });
    expect(screen.getByRole("textbox", { name: "Message" })).toHaveValue("");
  });

  it("taps a button of the last message, once", async () => {
    const { calls, write, press } = show([OFFER, after([text("Tea it is")])]);
    await write("Hi");
    await screen.findByRole("button", { name: "Tea" });
    await press("Tea");
    expect(await screen.findByText("Tea it is")).toBeInTheDocument();
    expect(calls[1]?.body).toMatchObject({ state: OFFER.state, acts: [{ type: "say", message: { type: "button_reply", id: "tea", title: "Tea" } }] });
    expect(screen.queryByRole("button", { name: "Milk" })).not.toBeInTheDocument();
  });

  it("taps a row of a list", async () => {
    const list = after([spoken("list", { body: "Sizes", button: "Choose", sections: [{ title: "All", rows: [{ id: "s", title: "Small", description: "200 ml" }] }] })]);
    const { acts, write, user } = show([list, after([])]);
    await write("Hi");
    await user.click(await screen.findByRole("button", { name: /Small/u }));
    await waitFor(() => expect(acts()).toHaveLength(2));
    expect(acts()[1]).toEqual({ type: "say", message: { type: "list_reply", id: "s", title: "Small" } });
  });

  it("lets time pass: until what is due, or so long", async () => {
    const asking = after([text("How many?")], [], { wait: { type: "message", node_id: "ask", due_at: "2026-03-01T09:10:00Z", request: null } });
    const { acts, write, press } = show([asking, asking, after([text("Late")])]);
    await write("Hi");
    await screen.findByText(/The flow waits for an answer/u);
    await press("Wait an hour");
    await screen.findByText(/^Time passed/u);
    await press("Let the time pass");
    await screen.findByText("Late");
    expect(acts().slice(1)).toEqual([{ type: "wait", seconds: 3600 }, { type: "wait" }]);
    expect(screen.queryByRole("button", { name: "Let the time pass" })).not.toBeInTheDocument();
  });

  it("answers a request by hand, with success or failure, and takes no broken JSON", async () => {
    const asking = after([], [{ path: [] }], { wait: { type: "effect", node_id: "call", due_at: null, request: { method: "POST", url: "https://shop.example/orders" } as never } });
    const { acts, write, press, user } = show([asking, asking, after([])]);
    await write("Hi");
    expect(await screen.findByText("POST https://shop.example/orders")).toBeInTheDocument();
    const body = screen.getByRole("textbox", { name: "What it answers (JSON)" });
    await user.clear(body);
    await user.type(body, "[[1");
    await press("Answer with success");
    expect(screen.getByText("This is not JSON. Mend it, then answer.")).toBeInTheDocument();
    await user.type(body, "]");
    await press("Answer with success");
    await screen.findByText("The other system answered");
    await press("Answer with failure");
    await waitFor(() => expect(acts()).toHaveLength(3));
    expect(acts().slice(1)).toEqual([
      { type: "answer", result: { ok: true, status: 200, body: [1], error: null } },
      { type: "answer", result: { ok: false, status: 500, body: null, error: null } },
    ]);
  });

  it("marks what a shut window would refuse", async () => {
    const { write } = show([after([text("Still there?", { is_refused: true })], [], { is_window_open: false })]);
    await write("Hi");
    expect(await screen.findByText(/Would be refused: the 24-hour window is shut/u)).toBeInTheDocument();
    expect(screen.getByText("The 24-hour window is shut")).toBeInTheDocument();
  });

  it("steps back and starts over", async () => {
    const { calls, write, press, onPath } = show([OFFER, after([text("Second")]), after([text("Third")])]);
    await write("one");
    await screen.findByText("Which?");
    await write("two");
    await screen.findByText("Second");
    await press("One step back");
    expect(screen.queryByText("Second")).not.toBeInTheDocument();
    expect(screen.getByRole("button", { name: "Tea" })).toBeInTheDocument();
    await press("Start over");
    expect(screen.queryByText("Which?")).not.toBeInTheDocument();
    expect(onPath).toHaveBeenLastCalledWith({ steps: [], exits: [] });
    await write("three");
    await screen.findByText("Third");
    expect(calls[2]?.body).toMatchObject({ state: null });
  });

  it("says that the flow has errors and shows the way to them; what was written stays", async () => {
    const { write, press, onProblems } = show([refusal(422, "flow_invalid")]);
    await write("Hi");
    expect(await screen.findByRole("alert")).toHaveTextContent("The flow has errors.");
    expect(screen.getByRole("textbox", { name: "Message" })).toHaveValue("Hi");
    await press("Show the problems");
    expect(onProblems).toHaveBeenCalledOnce();
  });

  it("keeps what was played as a test of the saved draft", async () => {
    const { calls, write, press, user, onSave } = show([OFFER]);
    await write("Hi");
    await screen.findByText("Which?");
    await press("Keep as a test");
    await press("Keep");
    expect(screen.getByText("Give the test a name.")).toBeInTheDocument();
    await user.type(screen.getByRole("textbox", { name: "Name of the test" }), "Tea{Enter}");
    await waitFor(() => expect(calls).toHaveLength(2));
    expect(onSave).toHaveBeenCalledOnce();
    expect(calls[1]).toMatchObject({ method: "POST", path: "/api/bots/b/tests", body: { name: "Tea", setting: SETTING, acts: [{ type: "say", message: { type: "text", text: "Hi" } }] } });
  });
});
