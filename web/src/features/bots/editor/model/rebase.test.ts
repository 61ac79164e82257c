import { describe, expect, it } from "vitest";
import type { Doc } from "./doc";
import { addStep, connect, setConfig } from "./edits";
import { mergeDocs } from "./merge";
import { createEditorStore } from "./store";

const step = (id: string, x = 0, y = 0, config = {}) => ({ id, type: "whatsapp_reply", name: null, config, position: { x, y } });
const link = (id: string, source: string, target: string, exit: string | null = null) => ({ id, source, target, sourceHandle: exit, label: null });
const DOC = {
  schema_version: 1, name: "Café", languages: ["en", "ar"], default_language: "en", variables: {}, credentials: [], comments: [], required_fields: [], settings: { merge_messages: false },
  nodes: [step("a"), step("b", 0, 200), step("c", 0, 400)],
  edges: [link("1", "a", "b"), link("2", "b", "c", "yes")],
} as unknown as Doc;

describe("what a colleague saved", () => {
  const save = (doc: Doc) => addStep(step("theirs", 0, 600))(doc);

  it("is no step back, where one did nothing oneself", () => {
    const store = createEditorStore(DOC);
    const theirs = save(DOC);
    store.rebase({ base: DOC, theirs, doc: theirs });
    store.undo();
    expect([store.get().doc, store.get().history.past]).toEqual([theirs, null]);
  });

  it("stays through undo and redo of one's own work", () => {
    const store = createEditorStore(DOC);
    const ids = () => store.get().doc.nodes.map((each) => each.id).toSorted();
    store.edit(addStep(step("m1")));
    store.edit(addStep(step("m2")));
    store.undo();
    const base = store.get().doc;
    store.rebase({ base, theirs: save(base), doc: save(base) });
    store.redo();
    expect(ids()).toEqual(["a", "b", "c", "m1", "m2", "theirs"]);
    for (let count = 0; count < 5; count += 1) store.undo();
    expect(ids()).toEqual(["a", "b", "c", "theirs"]);
  });

  it("is not undone where both changed the same", () => {
    const store = createEditorStore(DOC);
    store.edit(setConfig("a", "message", "mine"));
    const base = store.get().doc;
    const theirs = connect({ step: "a", exit: "next" }, "c")(setConfig("a", "message", "theirs")(base));
    store.rebase({ base, theirs, doc: theirs });
    store.undo();
    expect(store.get().doc).toEqual(theirs);
    const linked = createEditorStore(DOC);
    linked.edit(connect({ step: "c", exit: "next" }, "a"));
    const drawn = linked.get().doc;
    const redrawn = connect({ step: "c", exit: "next" }, "b")(drawn);
    linked.rebase({ base: drawn, theirs: redrawn, doc: redrawn });
    linked.undo();
    expect(linked.get().doc.edges.filter((each) => each.source === "c").map((each) => each.target)).toEqual(["b"]);
  });

  it("stays after both were joined, and what was given up for theirs comes back beside it", () => {
    const store = createEditorStore(DOC);
    store.edit(addStep(step("mine")));
    const theirs = save(DOC);
    const ids = () => store.get().doc.nodes.map((each) => each.id).toSorted();
    store.rebase({ base: DOC, theirs, doc: mergeDocs(DOC, store.get().doc, theirs, () => "mine").doc });
    store.undo();
    expect(ids()).toEqual(["a", "b", "c", "theirs"]);
    store.redo();
    store.rebase({ base: theirs, theirs, doc: theirs });
    store.undo();
    expect(ids()).toEqual(["a", "b", "c", "mine", "theirs"]);
  });
});
