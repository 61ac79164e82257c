import { expect, it } from "vitest";
import type { Doc } from "./doc";
import { setRule } from "./edits";
import { createEditorStore } from "./store";

const doc = { nodes: [], edges: [], comments: [], languages: ["en"], default_language: "en", settings: { merge_messages: false, on_keyword: "switch", on_human: "end" } } as unknown as Doc;

it("sets a rule as an edit that can be undone, and leaves the others", () => {
  const store = createEditorStore(doc);
  store.edit(setRule("on_human", "park"));
  expect(store.get().doc.settings).toEqual({ merge_messages: false, on_keyword: "switch", on_human: "park" });
  store.undo();
  expect(store.get().doc.settings).toEqual(doc.settings);
});

it("is no edit where the rule is so already", () => {
  const store = createEditorStore(doc);
  store.edit(setRule("on_keyword", "switch"));
  expect(store.get().history.past).toBeNull();
});
