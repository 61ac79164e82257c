import { describe, expect, it } from "vitest";
import type { Blueprint } from "@/api/models";
import { createFormat } from "@/i18n/format";
import { readFields } from "../editor/model/schema";
import { compareFlows, compareLines, isEqual, listFields, uniteFlows } from "./compare";
import { nameField } from "./naming";

const step = (id: string, config: object, y = 0) => ({ id, type: "whatsapp_reply", name: id, config, position: { x: 0, y } });
const link = (source: string, target: string, id = `${source}-${target}`) => ({ id, source, target, sourceHandle: null });
const flow = (nodes: object[], edges: object[], rest: object = {}) => ({ name: "Flow", languages: ["en"], variables: {}, comments: [], credentials: [], required_fields: [], settings: {}, ...rest, nodes, edges }) as unknown as Blueprint;

const before = flow([step("a", { message: { en: "Hi", ar: "مرحبًا" } }), step("b", { message: "Bye" })], [link("a", "b")]);

describe("compareFlows", () => {
  it("finds nothing between a flow and itself, wherever its steps are drawn", () => {
    const moved = flow([step("b", { message: "Bye" }, 900), step("a", { message: { ar: "مرحبًا", en: "Hi" } }, 5)], [link("a", "b", "another id")]);
    expect(isEqual(compareFlows(before, before))).toBe(true);
    expect(isEqual(compareFlows(before, moved))).toBe(true);
  });

  it("names steps that came, went and changed, each text by its language", () => {
    const after = flow([step("a", { message: { en: "Hello", ar: "مرحبًا" } }), step("c", { message: "New" })], [link("a", "c")], { variables: { guests: 2 } });
    const found = compareFlows(before, after);
    expect(found.steps.map(({ id, mark }) => [id, mark])).toEqual([["a", "changed"], ["c", "added"], ["b", "removed"]]);
    expect(found.steps[0]?.fields).toEqual([{ path: "message.en", before: "Hi", after: "Hello" }]);
    expect(found.links.map(({ mark, before: old, after: now }) => [mark, old?.target, now?.target])).toEqual([["changed", "b", "c"]]);
    expect(found.whole).toEqual([{ path: "variables.guests", before: undefined, after: 2 }]);
  });

  it("says it of another type, too", () => {
    const after = { ...before, nodes: [{ ...before.nodes[0], type: "buttons" }, before.nodes[1]] } as Blueprint;
    expect(compareFlows(before, after).steps[0]?.fields).toEqual([{ path: "type", before: "whatsapp_reply", after: "buttons" }]);
  });

  it("draws both as one", () => {
    const after = flow([step("a", {}), step("c", {})], [link("a", "c")]);
    const both = uniteFlows(before, after);
    expect(both.nodes.map((each) => each.id)).toEqual(["a", "c", "b"]);
    expect(both.edges.map((each) => each.target)).toEqual(["c"]);
  });
});

describe("values and lines", () => {
  it("differ as deep as both sides go", () => {
    expect(listFields({ list: [1, { a: 1 }] }, { list: [1, { a: 2 }, 3] })).toEqual([
      { path: "list.1.a", before: 1, after: 2 },
      { path: "list.2", before: undefined, after: 3 },
    ]);
    expect(listFields({ a: "text" }, { a: { en: "text" } })).toEqual([{ path: "a", before: "text", after: { en: "text" } }]);
    expect(listFields({ a: {} }, { a: [] })).toEqual([{ path: "a", before: {}, after: [] }]);
  });

  it("keep what both have, and give both texts back", () => {
    const [one, other] = [["a", "b", "c", "d"], ["b", "x", "d", "e"]];
    const lines = compareLines(one, other);
    expect(lines.map(({ sign, text }) => sign + text)).toEqual(["-a", " b", "-c", "+x", " d", "+e"]);
    expect(lines.filter(({ sign }) => sign !== "+").map(({ text }) => text)).toEqual(one);
    expect(lines.filter(({ sign }) => sign !== "-").map(({ text }) => text)).toEqual(other);
    expect(compareLines([], ["a"])).toEqual([{ sign: "+", text: "a" }]);
    expect(compareLines(["a"], [])).toEqual([{ sign: "-", text: "a" }]);
  });
});

describe("nameField", () => {
  const form = readFields({
    properties: {
      message: { ui: { label: { en: "Message", ar: "الرسالة" }, widget: "localized_textarea" } },
      buttons: { type: "array", ui: { label: { en: "Buttons", ar: "الأزرار" } }, items: { type: "object", properties: { title: { ui: { label: { en: "Title", ar: "العنوان" }, widget: "localized" } } } } },
    },
  });
  const name = (path: string, language: "en" | "ar" = "en") => nameField(path, form, { name: "Name", type: "Kind of step" }, language, createFormat(language, "UTC").languageName);

  it("calls a value as its form does, each language by its name", () => {
    expect(name("message.en")).toBe("Message › English");
    expect(name("message.ar", "ar")).toBe("الرسالة › العربية");
    expect(name("buttons.0.title.ar")).toBe("Buttons › 1 › Title › Arabic");
    expect(name("name")).toBe("Name");
  });

  it("leaves what no form names as it is written", () => {
    expect(name("mystery.en")).toBe("mystery › en");
    expect(name("variables.guests")).toBe("variables › guests");
  });
});
