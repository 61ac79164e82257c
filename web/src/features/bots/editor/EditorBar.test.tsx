import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { createMemoryHistory, createRootRoute, createRouter, RouterProvider } from "@tanstack/react-router";
import { render, screen } from "@testing-library/react";
import { expect, it } from "vitest";
import type { Bot } from "@/api/models";
import { ToastProvider } from "@/components";
import { serve } from "@/test/server";
import { EditorBar } from "./EditorBar";
import type { Doc } from "./model/doc";
import { createEditorStore } from "./model/store";
import { type Editor, EditorContext } from "./model/useEditor";

const bot = { id: "b", name: "Café", published: { number: 1 }, waiting: 0 } as Bot;
const doc = { nodes: [], edges: [], comments: [] } as unknown as Doc;
const nothing = () => undefined;

it("keeps what goes out to customers at the end of its one row, and folds words before it", async () => {
  serve(() => ({ body: {} }));
  const editor = { store: createEditorStore(doc), types: new Map() } as unknown as Editor;
  const others = [{ id: "o", name: "Noura", is_self: false }];
  const bar = () => (
    <EditorContext value={editor}>
      <EditorBar bot={bot} saving={{ status: "saved", at: "2026-11-20T09:41:00Z", revision: 1, error: null, theirs: null }} others={others} onSave={async () => undefined} onBeforePublish={async () => 1} onProblems={nothing} onLanguages={nothing} onRules={nothing} onFault={nothing} tools={null} more={null} />
    </EditorContext>
  );
  const router = createRouter({ routeTree: createRootRoute({ component: bar }), history: createMemoryHistory({ initialEntries: ["/flows"] }) });
  render(
    <QueryClientProvider client={new QueryClient()}>
      <ToastProvider>
        <RouterProvider router={router as never} />
      </ToastProvider>
    </QueryClientProvider>,
  );
  const publish = await screen.findByRole("button", { name: "Publish" });
  const head = screen.getByRole("banner");
  expect(head).toHaveClass("wide:flex-nowrap");
  const end = publish.closest("header > span");
  expect(end).toHaveClass("ms-auto");
  // After it there is only what breaks a phone's head into two rows.
  expect(end?.nextElementSibling).toBe(head.lastElementChild);
  expect(head.lastElementChild).toHaveClass("basis-full", "pane:hidden");
  expect(screen.getByText("Noura is editing too")).toHaveClass("max-full:sr-only");
});
