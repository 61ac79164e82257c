import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { render, screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it, vi } from "vitest";
import type { Bot, FlowNodeType } from "@/api/models";
import { ToastProvider } from "@/components";
import { serve } from "@/test/server";
import { PublishButton } from "../../PublishButton";
import type { Doc } from "../model/doc";
import { createEditorStore } from "../model/store";
import { type Editor, EditorContext } from "../model/useEditor";

const bot = { id: "b", name: "Café", status: "active", published: null, waiting: 0, has_unpublished_changes: true } as unknown as Bot;
const type = { type: "send_text", label: { en: "Send a text", ar: "إرسال نص" }, schema: { properties: {} } } as unknown as FlowNodeType;
const doc = { nodes: [{ id: "hello", type: "send_text", name: "Hello", config: {}, position: { x: 0, y: 0 } }], edges: [], comments: [] } as unknown as Doc;
const loose = { node_id: "hello", field: null, code: "made_up", message: "Nothing leads here.", severity: "warning", steps: [], fix: [] };
const empty = { ...loose, message: "There is no text.", severity: "error" };

/** A draft that the linter says this of, and a press of Publish. */
async function ask(faults: object[], published: { status?: number; body: unknown } = { body: { bot, version: { id: "v", number: 1 }, transition: null } }) {
  const calls = serve((call) => (call.path.endsWith("/publish") ? published : { body: call.path.endsWith("/flow") ? { blueprint: doc, faults, revision: 3 } : { data: [bot], next_cursor: null } }));
  const onFault = vi.fn();
  const editor = { store: createEditorStore(doc), types: new Map([["send_text", type]]), typeList: [type] } as unknown as Editor;
  render(
    <QueryClientProvider client={new QueryClient()}>
      <ToastProvider>
        <EditorContext value={editor}>
          <PublishButton bot={bot} onFault={onFault} />
        </EditorContext>
      </ToastProvider>
    </QueryClientProvider>,
  );
  const user = userEvent.setup();
  await user.click(screen.getByRole("button", { name: "Publish" }));
  const dialog = within(await screen.findByRole("dialog", { name: "Publish version 1?" }));
  const publish = dialog.getByRole("button", { name: "Publish" });
  return { user, dialog, publish, onFault, posts: () => calls.filter((call) => call.path.endsWith("/publish")) };
}

describe("PublishFaults", () => {
  it("lists what one should think about before anything is published, with the way there", async () => {
    const { user, dialog, onFault, posts } = await ask([loose]);
    expect(dialog.queryByRole("region", { name: "Before it can be published" })).toBeNull();
    await user.click(within(dialog.getByRole("region", { name: "To think about" })).getByRole("button", { name: /Hello.*Nothing leads here/u }));
    expect(onFault).toHaveBeenCalledWith("hello", null);
    expect(screen.queryByRole("dialog")).toBeNull();
    expect(posts()).toEqual([]);
  });

  it("publishes in spite of warnings", async () => {
    const { user, publish, posts } = await ask([loose]);
    expect(publish).not.toHaveAttribute("aria-disabled", "true");
    await user.click(publish);
    expect(posts()).toHaveLength(1);
  });

  it("does not publish what has errors: the button leads to the first", async () => {
    const { user, dialog, publish, posts } = await ask([loose, empty]);
    expect(publish).toHaveAttribute("aria-disabled", "true");
    await user.click(publish);
    expect(dialog.getByRole("button", { name: /Hello.*There is no text/u })).toHaveFocus();
    expect(dialog.getByRole("button", { name: /Hello.*Nothing leads here/u })).toBeVisible();
    expect(posts()).toEqual([]);
  });

  it("shows what the server refuses for, where it knows of more", async () => {
    const { user, dialog, publish } = await ask([loose], { status: 422, body: { error: { code: "flow_invalid", message: "", details: { faults: [loose, empty] }, request_id: "r" } } });
    await user.click(publish);
    expect(await dialog.findByRole("alert")).toHaveTextContent("Not published: one thing is to be fixed first.");
    expect(within(dialog.getByRole("region", { name: "Before it can be published" })).getAllByRole("listitem")).toHaveLength(1);
    expect(publish).toHaveAttribute("aria-disabled", "true");
  });
});
