import { describe, expect, it } from "vitest";
import type { FlowNodeType } from "@/api/models";
import { blankStep } from "./blank";
import { copyParts, pasteParts, readClip } from "./clipboard";
import { countFixed } from "./counting";
import { type Doc, exitOf } from "./doc";
import { addStep, connect, insertStep, movePlaces, removeParts, renameExit, setConfig } from "./edits";
import { shownExits } from "./facts";
import { fixOf } from "./fixes";
import { align, type Alignment, layOut, STEP_SIZE } from "./layout";
import { mergeDocs } from "./merge";
import { needsOf } from "./needs";
import { getIn, setIn } from "./path";
import { readFields } from "./schema";
import { createEditorStore } from "./store";

const step = (id: string, x = 0, y = 0, config = {}) => ({ id, type: "whatsapp_reply", name: null, config, position: { x, y } });
const link = (id: string, source: string, target: string, exit: string | null = null) => ({ id, source, target, sourceHandle: exit, label: null });
const DOC = {
  schema_version: 1, name: "Café", languages: ["en", "ar"], default_language: "en", variables: {}, credentials: [], comments: [], required_fields: [], settings: { merge_messages: false },
  nodes: [step("a"), step("b", 0, 200), step("c", 0, 400)],
  edges: [link("1", "a", "b"), link("2", "b", "c", "yes")],
} as unknown as Doc;

describe("edits", () => {
  it("let one connection leave by each exit", () => {
    const doc = connect({ step: "a", exit: "next" }, "c")(DOC);
    expect(doc.edges.map((each) => [each.source, exitOf(each), each.target])).toEqual([["b", "yes", "c"], ["a", "next", "c"]]);
    expect(connect({ step: "a", exit: "next" }, "b")(DOC)).toBe(DOC);
  });

  it("put a step into a connection, and lead on where it has a way out", () => {
    const ends = (doc: Doc) => doc.edges.map((each) => `${each.source}>${each.target}`).toSorted();
    expect(ends(insertStep("1", step("x"), "next")(DOC))).toEqual(["a>x", "b>c", "x>b"]);
    expect(ends(insertStep("1", step("x"), null)(DOC))).toEqual(["a>x", "b>c"]);
  });

  it("take connections away with their step, and change nothing in place", () => {
    const doc = removeParts(new Set(["b"]))(DOC);
    expect([doc.nodes.length, doc.edges.length, DOC.nodes.length]).toEqual([2, 0, 3]);
    expect(setConfig("a", "message.en", "Hi")(DOC).nodes[1]).toBe(DOC.nodes[1]);
  });

  it("let a connection follow an option that gets another id", () => {
    expect(renameExit("b", "yes", "sure")(DOC).edges[1]?.sourceHandle).toBe("sure");
  });
});

describe("paths", () => {
  it("read, write and take away in lists and objects", () => {
    const config = { buttons: [{ title: { en: "A" } }, { title: { en: "B" } }] };
    expect(getIn(config, "buttons.1.title.en")).toBe("B");
    expect(setIn(config, "buttons.1.title.ar", "ب")).toEqual({ buttons: [{ title: { en: "A" } }, { title: { en: "B", ar: "ب" } }] });
    expect(setIn(config, "buttons.0", undefined)).toEqual({ buttons: [{ title: { en: "B" } }] });
    expect(setIn(config, "buttons", undefined)).toEqual({});
    expect(config.buttons).toHaveLength(2);
  });
});

describe("the store", () => {
  it("goes back without end, and takes typing as one step", () => {
    let now = 0;
    const store = createEditorStore(DOC, undefined, () => now);
    for (let count = 0; count < 500; count += 1) store.edit(addStep(step(`n${count}`)));
    for (const text of ["H", "He", "Hey"]) {
      now += 100;
      store.edit(setConfig("a", "message", text), "a.message");
    }
    store.undo();
    expect(getIn(store.get().doc.nodes[0]?.config as never, "message")).toBeUndefined();
    for (let count = 0; count < 500; count += 1) store.undo();
    expect(store.get().doc).toBe(DOC);
    store.undo();
    for (let count = 0; count < 600; count += 1) store.redo();
    expect(store.get().doc.nodes).toHaveLength(503);
  });

  it("keeps what did not change as the same objects, and writes a drag down when it ends", () => {
    const store = createEditorStore(DOC);
    const before = store.get().nodes;
    store.changeNodes([{ type: "position", id: "b", position: { x: 50, y: 250 }, dragging: true }]);
    expect(store.get().nodes.map((node, at) => node === before[at])).toEqual([true, false, true]);
    expect(store.get().doc).toBe(DOC);
    store.drop();
    expect(store.get().doc.nodes[1]?.position).toEqual({ x: 50, y: 250 });
    store.drop();
    store.undo();
    expect(store.get().doc).toBe(DOC);
  });

  it("knows what is chosen, also after it is gone", () => {
    const store = createEditorStore(DOC);
    store.choose(["a", "b"]);
    expect(store.get().chosen).toEqual(["a", "b"]);
    store.edit(removeParts(new Set(["a"])));
    expect(store.get().chosen).toEqual(["b"]);
  });
});

describe("copy and paste", () => {
  it("brings steps with the connections among them, under new ids", () => {
    const clip = readClip(JSON.stringify(copyParts(DOC, new Set(["a", "b"]))));
    if (!clip) throw new Error("the clip cannot be read");
    const other = { ...DOC, nodes: [], edges: [] };
    const { edit, ids } = pasteParts(clip, { x: 100, y: 100 });
    const doc = edit(other);
    expect(doc.nodes.map((each) => each.position)).toEqual([{ x: 100, y: 100 }, { x: 100, y: 300 }]);
    expect(doc.edges.map((each) => [each.source, each.target])).toEqual([[ids[0], ids[1]]]);
    expect(ids).not.toContain("a");
  });

  it("says where it was copied, and what its steps take from there by name", () => {
    const schema = { properties: { credential: { type: "string", ui: { widget: "credential" } }, table: { type: "string", ui: { widget: "table" } }, url: { type: "string", ui: { widget: "template" } } } };
    const types = new Map([["whatsapp_reply", { schema } as unknown as FlowNodeType]]);
    const doc = { ...DOC, nodes: [step("a", 0, 0, { credential: "Orders", url: "x" }), step("b", 0, 0, { credential: "Orders", table: "guests" }), step("c", 0, 0, { credential: "" })] } as Doc;
    const clip = readClip(JSON.stringify(copyParts(doc, new Set(["a", "b", "c"]), "here")));
    expect(clip?.workspace).toBe("here");
    expect(clip && needsOf(clip, types)).toEqual({ credentials: ["Orders"], tables: ["guests"] });
  });

  it("leaves other texts alone", () => {
    for (const text of ["", "hello", "{}", '{"hoopoe":"steps"}', "null"]) expect(readClip(text)).toBeNull();
  });
});

describe("merging", () => {
  const yes = () => "mine" as const;
  const no = () => "theirs" as const;
  it("joins what only one side changed without asking", () => {
    const mine = setConfig("a", "message", "mine")(DOC);
    const theirs = addStep(step("new"), { step: "c", exit: "next" })(setConfig("c", "message", "theirs")(DOC));
    const { doc, clashes } = mergeDocs(DOC, mine, theirs, yes);
    expect(clashes).toEqual([]);
    expect(doc.nodes.map((each) => (each.config as { message?: string }).message)).toEqual(["mine", undefined, "theirs", undefined]);
    expect(doc.edges).toHaveLength(3);
  });

  it("asks for what both changed, and for what one took away and the other changed", () => {
    const mine = removeParts(new Set(["b"]))(setConfig("a", "message", "mine")(DOC));
    const theirs = setConfig("b", "message", "theirs")(setConfig("a", "message", "theirs")(DOC));
    const { doc, clashes } = mergeDocs(DOC, mine, theirs, yes);
    expect(clashes.map((clash) => [clash.key, clash.mine, clash.theirs])).toEqual([["nodes.a", true, true], ["nodes.b", false, true]]);
    expect(doc.nodes.map((each) => each.id)).toEqual(["a", "c"]);
    expect(mergeDocs(DOC, mine, theirs, no).doc.nodes.map((each) => each.id)).toEqual(["a", "b", "c"]);
  });

  it("never leaves two connections at one exit, nor one that leads to nothing", () => {
    const mine = connect({ step: "c", exit: "next" }, "a")(DOC);
    const theirs = connect({ step: "c", exit: "next" }, "b")(DOC);
    expect(mergeDocs(DOC, mine, theirs, yes).doc.edges.filter((each) => each.source === "c").map((each) => each.target)).toEqual(["a"]);
    expect(mergeDocs(DOC, mine, removeParts(new Set(["a"]))(DOC), yes).doc.edges.every((each) => each.target !== "a")).toBe(true);
  });
});

describe("layout", () => {
  it("runs top to bottom, and nothing covers anything", () => {
    const places = layOut(DOC, () => STEP_SIZE);
    const heights = ["a", "b", "c"].map((id) => places.get(id)?.y ?? 0);
    expect(heights).toEqual(heights.toSorted((one, other) => one - other));
    expect(heights[1]).toBeGreaterThanOrEqual((heights[0] ?? 0) + STEP_SIZE.height);
  });

  it("lines up and spreads what is chosen", () => {
    const part = (id: string, x: number, y: number, width: number, height: number) => ({ id, position: { x, y }, size: { width, height } });
    const parts = [part("a", 0, 0, 200, 100), part("b", 90, 300, 100, 200), part("c", 400, 60, 300, 100)];
    const along = (how: Alignment, axis: "x" | "y") => ["a", "b", "c"].map((id) => align(parts, how).get(id)?.[axis]);
    expect(along("left", "x")).toEqual([0, 0, 0]);
    expect(along("center", "x")).toEqual([250, 300, 200]);
    expect(along("right", "x")).toEqual([500, 600, 400]);
    expect(along("top", "y")).toEqual([0, 0, 0]);
    expect(along("middle", "y")).toEqual([200, 150, 200]);
    expect(along("bottom", "y")).toEqual([400, 300, 400]);
    expect(along("left", "y")).toEqual([0, 300, 60]);
    expect(along("row", "x")).toEqual([0, 250, 400]);
    expect(along("column", "y")).toEqual([0, 300, 150]);
  });

  it("pushes on what would cover another, and leaves alone what is alone", () => {
    const parts = ["a", "b", "c"].map((id) => ({ id, position: { x: 0, y: 0 }, size: STEP_SIZE }));
    const places = ["a", "b", "c"].map((id) => align(parts, "row").get(id)?.x ?? 0);
    expect(places[1]).toBeGreaterThan(STEP_SIZE.width);
    expect(places[2]).toBeGreaterThan(2 * STEP_SIZE.width);
    expect(align(parts.slice(0, 1), "left").size).toBe(0);
    expect(movePlaces(new Map([["a", { x: 0, y: 0 }]]))(DOC)).toBe(DOC);
  });
});

const BUTTONS = {
  type: "buttons", group: "says", icon: "x", is_trigger: false, exits: ["a"], label: { en: "Buttons", ar: "أزرار" }, description: { en: "", ar: "" },
  example: { message: { en: "Which?", ar: "أيها؟" }, buttons: [{ id: "a", title: { en: "A", ar: "أ" } }], save_as: "way" },
  schema: {
    $defs: { ButtonSpec: { type: "object", required: ["id", "title"], properties: { id: { type: "string", ui: { widget: "id" } }, title: { localized: true, anyOf: [], ui: { widget: "localized_text" } } } } },
    type: "object",
    required: ["message", "buttons"],
    properties: {
      message: { localized: true, anyOf: [], ui: { widget: "localized_textarea", label: { en: "Message", ar: "الرسالة" } } },
      buttons: { type: "array", items: { $ref: "#/$defs/ButtonSpec" }, maxItems: 50, ui: { widget: "options" } },
      save_as: { anyOf: [{ type: "string" }, { type: "null" }], default: null, ui: { widget: "variable" } },
      retries: { type: "integer", default: 2, minimum: 0, maximum: 10, ui: { section: "waiting" } },
    },
  },
} as unknown as FlowNodeType;

describe("forms", () => {
  it("are read from the schema alone", () => {
    const fields = readFields(BUTTONS.schema as never);
    expect(fields.map((field) => [field.name, field.kind, field.isRequired])).toEqual([["message", "localized", true], ["buttons", "list", true], ["save_as", "text", false], ["retries", "number", false]]);
    expect(fields[1]?.fields.map((field) => field.kind)).toEqual(["text", "localized"]);
    expect([fields[0]?.isLong, fields[2]?.isOptional, fields[3]?.section, fields[3]?.max]).toEqual([true, true, "waiting", 10]);
  });

  it("begin with empty words in each language of the flow, and with the exits of the example", () => {
    expect(blankStep(BUTTONS, ["ar"], { x: 0.4, y: 1 }).config).toEqual({ message: { ar: "" }, buttons: [{ id: "a", title: { ar: "أ" } }] });
    expect(blankStep(BUTTONS, ["fr"], { x: 0, y: 1 }).config?.["buttons"]).toEqual([{ id: "a", title: { fr: "" } }]);
  });

  it("count as WhatsApp counts", () => {
    expect(countFixed("Hi {{ contact.name }} ☕👋🏽")).toBe(7);
    expect(countFixed("{% if a %}ا{% endif %}")).toBe(1);
  });
});

describe("exits", () => {
  const exit = (name: string, label: string | null = null, covered_by: string | null = null) => ({ name, label, covered_by, ending_is_fine: true });
  it("show the options, what is connected, and what is gone", () => {
    const exits = [exit("a", "A", "selected"), exit("b", "B", "selected"), exit("selected"), exit("timeout")];
    expect(shownExits(exits, []).shown.map((each) => each.name)).toEqual(["a", "b"]);
    expect(shownExits(exits, ["timeout", "old"])).toMatchObject({ gone: ["old"], hidden: 1 });
  });

  it("fold many options into the one that covers them", () => {
    const exits = [...["1", "2", "3", "4", "5"].map((name) => exit(name, name, "selected")), exit("selected")];
    expect(shownExits(exits, ["3"]).shown.map((each) => each.name)).toEqual(["3", "selected"]);
  });
});

describe("fixes", () => {
  it("are the server's changes, applied as one edit", () => {
    const fix = fixOf({ node_id: "a", field: null, code: "unreachable", message: "", severity: "warning", subject: null, steps: [], fix: [{ kind: "remove_node", id: "a", field: null, value: null }, { kind: "declare_variable", id: "x", field: null, value: "" }] });
    expect(fix?.(DOC)).toMatchObject({ variables: { x: "" }, nodes: [{ id: "b" }, { id: "c" }] });
  });
});
