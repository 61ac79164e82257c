import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { render, screen, within } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { SESSION_KEY } from "@/api";
import type { Flow, FlowNodeType, Session } from "@/api/models";
import type { Doc } from "../model/doc";
import { createEditorStore } from "../model/store";
import { type Editor, EditorContext } from "../model/useEditor";
import { ClashDialog } from "./ClashDialog";

const docOf = (right: string) =>
  ({ name: "Café", languages: ["en"], default_language: "en", variables: {}, credentials: [], comments: [], required_fields: [], settings: {}, edges: [], nodes: [{ id: "a", type: "condition", name: "VIP?", config: { right }, position: { x: 0, y: 0 } }] }) as unknown as Doc;
const type = { type: "condition", label: { en: "If", ar: "إذا" }, schema: { properties: { right: { type: "string", ui: { label: { en: "Compared with", ar: "يقارن بـ" } } } } } } as unknown as FlowNodeType;

function show(by: string) {
  const client = new QueryClient({ defaultOptions: { queries: { staleTime: Number.POSITIVE_INFINITY } } });
  client.setQueryData(SESSION_KEY, { user: { id: "me" }, workspace: { timezone: "UTC" } } as Session);
  const editor = { store: createEditorStore(docOf("Huda")), types: new Map([["condition", type]]), typeList: [type] } as unknown as Editor;
  render(
    <QueryClientProvider client={client}>
      <EditorContext value={editor}>
        <ClashDialog theirs={{ blueprint: docOf("Sara"), updated_by: { id: by, name: "Noura" } } as Flow} base={docOf("Nobody")} mine={docOf("Huda")} onDone={() => undefined} />
      </EditorContext>
    </QueryClientProvider>,
  );
}

describe("ClashDialog", () => {
  it("names the field that is in conflict, as its form does, and shows both values", () => {
    show("noura");
    const fields = within(screen.getByRole("list", { name: "What differs" })).getByRole("listitem");
    expect(fields).toHaveTextContent("Compared withMineHudaNoura’sSara");
    expect(screen.getByRole("dialog", { name: "Noura changed this flow while you did" })).toBeInTheDocument();
  });

  it("says that it was oneself, in another tab", () => {
    show("me");
    expect(screen.getByRole("dialog", { name: "You, in another tab, changed this flow" })).toBeInTheDocument();
    expect(screen.queryByText(/Noura/u)).toBeNull();
  });
});
