import { describe, expect, it } from "vitest";
import type { Blueprint, FlowNodeType } from "@/api/models";
import { drawFlow, placeNodes, readText } from "./graph";

const TYPES = [
  { type: "whatsapp_trigger", label: { en: "WhatsApp message", ar: "رسالة واتساب" }, group: "start" },
  { type: "buttons", label: { en: "Buttons", ar: "أزرار" }, group: "says" },
] as unknown as FlowNodeType[];

const BLUEPRINT = {
  spec_version: 2,
  name: "Café",
  languages: ["en", "ar"],
  default_language: "en",
  nodes: [
    { id: "start", type: "whatsapp_trigger", config: { keywords: ["menu", "قائمة"] } },
    { id: "ask", type: "buttons", name: "Which?", config: { body: { en: "Delivery or pickup?", ar: "توصيل أم استلام؟" }, buttons: [{ id: "a", title: { en: "Delivery", ar: "توصيل" } }] } },
    { id: "lone", type: "mystery", config: {} },
  ],
  edges: [
    { id: "1", source: "start", target: "ask", sourceHandle: "next" },
    { id: "2", source: "ask", target: "start", sourceHandle: "a" },
  ],
} as unknown as Blueprint;

describe("drawFlow", () => {
  it("tells nodes and exits in the language that is looked at", () => {
    const { nodes, start } = drawFlow(BLUEPRINT, TYPES, { ask: 3 }, "ar");
    expect(start).toEqual(["start"]);
    expect(nodes[0]).toMatchObject({ typeName: "رسالة واتساب", parts: [{ kind: "word", text: "menu" }, { kind: "word", text: "قائمة" }] });
    expect(nodes[1]).toMatchObject({ name: "Which?", parts: [{ kind: "text", text: "توصيل أم استلام؟" }], waiting: 3 });
    expect(nodes[1]?.exits).toEqual([{ name: "a", label: "توصيل", target: "start", goesBack: true }]);
  });

  it("shows a node of a type that it does not know by its own name", () => {
    expect(drawFlow(BLUEPRINT, TYPES, {}, "en").nodes[2]).toMatchObject({ name: "mystery", group: null, parts: [] });
  });
});

describe("placeNodes", () => {
  it("puts nodes without positions in rows, circles and lone nodes included", () => {
    const places = placeNodes(BLUEPRINT);
    expect(places.size).toBe(3);
    expect(new Set([...places.values()].map(({ x, y }) => `${x},${y}`)).size).toBe(3);
    expect(places.get("ask")?.y).toBeGreaterThan(places.get("lone")?.y ?? 0);
  });

  it("keeps the positions of a draft", () => {
    const nodes = [{ id: "a", type: "end", position: { x: 5, y: 7 } }];
    expect(placeNodes({ ...BLUEPRINT, nodes } as unknown as Blueprint).get("a")).toEqual({ x: 5, y: 7 });
  });
});

describe("readText", () => {
  it("falls back to the default language, then to any", () => {
    expect(readText({ ar: "أهلًا" }, "en", "en")).toBe("أهلًا");
    expect(readText({ en: "Hi", ar: "أهلًا" }, "ar", "en")).toBe("أهلًا");
    expect(readText(null, "en", "en")).toBe("");
  });
});
