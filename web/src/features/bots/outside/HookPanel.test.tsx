import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { render, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it } from "vitest";
import { ToastProvider } from "@/components";
import { type Call, refusal, serve } from "@/test/server";
import { exampleCall } from "./HookAddress";
import { HookPanel } from "./HookPanel";

const HOOK = { id: "h", node_id: "start", created_at: "2026-11-20T09:00:00Z", used_at: null, former_until: null };
const URL = "https://hoopoe.example.com/api/hooks/hook_abc";

/** The API with one address, or none, of a trigger. */
function show({ hooks = [] as object[], calls = [] as object[], answer = (() => null) as (call: Call) => ReturnType<typeof refusal> | null }) {
  let kept = hooks;
  const asked = serve((call) => {
    const own = answer(call);
    if (own) return own;
    if (call.path === "/api/auth/me") return { body: { permissions: ["bots:read", "bots:write"] } };
    if (call.path.endsWith("/calls")) return { body: { data: calls } };
    if (call.method === "POST" && call.path.endsWith("/hooks")) {
      kept = [HOOK];
      return { status: 201, body: { ...HOOK, url: URL } };
    }
    if (call.path.endsWith("/hooks")) return { body: { data: kept } };
    return { status: 204 };
  });
  render(
    <QueryClientProvider client={new QueryClient({ defaultOptions: { queries: { retry: false } } })}>
      <ToastProvider>
        <HookPanel botId="b" nodeId="start" />
      </ToastProvider>
    </QueryClientProvider>,
  );
  return asked;
}

describe("the secret address of a trigger", () => {
  it("is shown when it is made, with an example that can be pasted", async () => {
    show({});
    await userEvent.click(await screen.findByRole("button", { name: "Make the address" }));
    expect(await screen.findByRole("textbox", { name: "Address" })).toHaveValue(URL);
    expect(screen.getByLabelText("Example")).toHaveTextContent(`curl -X POST '${URL}'`);
    expect(exampleCall(URL).split("\n").slice(0, -1).every((line) => line.endsWith("\\"))).toBe(true);
  });

  it("is hidden afterwards, and says what its calls came to", async () => {
    show({ hooks: [HOOK], calls: [{ at: "2026-11-20T09:00:00Z", status: 409, reason: "nobody_to_start" }, { at: "2026-11-20T08:59:00Z", status: 202, reason: null, outcome: "started" }] });
    expect(await screen.findByText(/hook_•+/u)).toBeVisible();
    expect(await screen.findByText("This person never wrote here")).toBeVisible();
    expect(screen.getByText("Started the flow")).toBeVisible();
    expect(screen.queryByRole("textbox")).not.toBeInTheDocument();
  });

  it("says of a call that was taken what its turn found, and of an older one only that it was taken", async () => {
    const taken = (outcome: string | null, minute: number) => ({ at: `2026-11-20T09:0${minute}:00Z`, status: 202, reason: null, outcome });
    show({ hooks: [HOOK], calls: [taken("waiting", 5), taken("with_a_person", 4), taken("busy", 3), taken("failed", 2), taken(null, 1)] });
    const lines = await screen.findAllByRole("listitem");
    expect(lines.map((line) => line.textContent?.split("202")[0])).toEqual([
      "Waits for its turn",
      "Nothing started: a colleague has the conversation",
      "Nothing started: the person was in the middle of a flow",
      "The flow failed: see the dead letters",
      "Taken",
    ]);
    expect(screen.queryByText("Started the flow")).not.toBeInTheDocument();
  });

  it("is replaced after a question", async () => {
    const asked = show({ hooks: [HOOK] });
    await userEvent.click(await screen.findByRole("button", { name: "New address" }));
    expect(asked.filter((call) => call.method === "POST" && call.path.endsWith("/hooks"))).toEqual([]);
    expect(screen.getByRole("dialog")).toHaveTextContent("Whoever calls the flow must be told of it.");
    await userEvent.click(screen.getAllByRole("button", { name: "New address" }).at(-1) as HTMLElement);
    await waitFor(() => expect(asked.find((call) => call.method === "POST" && call.path.endsWith("/hooks"))?.body).toEqual({ node_id: "start", keep_former_seconds: 0 }));
    expect(await screen.findByRole("textbox", { name: "Address" })).toHaveValue(URL);
  });

  it("says that the flow must be published first", async () => {
    show({ answer: (call) => (call.method === "POST" && call.path.endsWith("/hooks") ? refusal(409, "no_webhook_trigger") : null) });
    await userEvent.click(await screen.findByRole("button", { name: "Make the address" }));
    expect(await screen.findByRole("alert")).toHaveTextContent("Publish the flow with this trigger first");
  });
});
