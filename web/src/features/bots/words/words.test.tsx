import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { renderHook } from "@testing-library/react";
import type { ReactNode } from "react";
import { afterEach, describe, expect, it } from "vitest";
import type { Blueprint, Fault, FlowNodeType } from "@/api/models";
import { setLanguage } from "@/app/preferences";
import { useFlowNames } from "./useFlowNames";
import { useFaultWords } from "./useFaultWords";
import { useValueWords } from "./useValueWords";

const label = (en: string, ar: string) => ({ ui: { label: { en, ar } } });
const types = [
  { type: "database_query", label: { en: "Data table", ar: "جدول بيانات" }, schema: { properties: { operation: { enum: ["read", "insert"], ui: { label: { en: "Do", ar: "العملية" }, options: [{ value: "read", label: { en: "Read rows", ar: "قراءة" } }, { value: "insert", label: { en: "Add a row", ar: "إضافة" } }] } } } } },
  { type: "buttons", label: { en: "Buttons", ar: "أزرار" }, schema: { properties: { buttons: { type: "array", ...label("Buttons", "الأزرار"), items: { type: "object", properties: { id: { type: "string", ...label("Id", "المعرف") }, title: { localized: true, ...label("Title", "العنوان") } } } } } } },
] as unknown as FlowNodeType[];
const flow = {
  default_language: "en",
  nodes: [
    { id: "n-81f2", type: "buttons", name: null, config: { buttons: [{ id: "opt-1", title: { en: "Delivery", ar: "توصيل" } }] } },
    { id: "n-33aa", type: "database_query", name: "Free tables", config: {} },
  ],
  edges: [{ id: "e-9", source: "n-81f2", sourceHandle: "opt-1", target: "n-33aa" }],
} as unknown as Blueprint;

const wrapper = ({ children }: { children: ReactNode }) => <QueryClientProvider client={new QueryClient()}>{children}</QueryClientProvider>;
const fault = (given: Partial<Fault>): Fault => ({ node_id: "n-81f2", field: null, code: "", message: "the server's", severity: "warning", steps: [], fix: [], ...given });

function hooks() {
  return renderHook(() => {
    const names = useFlowNames(types, flow);
    return { names, faults: useFaultWords(names), values: useValueWords(names) };
  }, { wrapper }).result.current;
}

afterEach(() => setLanguage("en"));

describe("what people read of a flow", () => {
  it("names steps, ways out and fields as their authors and their forms do", () => {
    const { names } = hooks();
    expect([names.step("n-33aa"), names.step("n-81f2"), names.step({ id: "gone", name: null, type: "database_query" }), names.step("gone")]).toEqual(["Free tables", "Buttons", "Data table", "a step that is gone"]);
    expect(names.exit("n-81f2", "opt-1")).toBe("Delivery");
    expect(names.exit("n-81f2", "timeout")).toBe("no answer");
    expect(names.field("n-81f2", "buttons.0.title.ar")).toBe("Buttons › 1 › Title › Arabic");
  });

  it("says faults with those names", () => {
    const { faults } = hooks();
    expect(faults(fault({ code: "loose_exit", field: "exits.timeout" }))).toBe("Nothing is connected to “no answer”: the flow would end there without a word.");
    expect(faults(fault({ code: "two_edges", field: "edges.e-9" }))).toBe("Two connections leave by “Delivery”.");
    expect(faults(fault({ code: "infinite_loop", steps: [{ id: "n-81f2", name: null, type: "buttons" }, { id: "n-33aa", name: "Free tables", type: "database_query" }] }))).toBe("This circle never waits and never ends: “Buttons”, “Free tables”.");
    expect(faults(fault({ code: "parked_nowhere", count: 1, steps: [{ id: "x", name: null, type: "database_query" }] }))).toMatch(/^1 person waits at “Data table”/u);
    expect(faults(fault({ code: "answered_elsewhere", field: "trigger_type", subject: "any_message", elsewhere: { bot_id: "b", bot_name: "Shop", node_id: "t", because: "age" } }))).toBe("any message: Shop answers, because its bot is older.");
    expect(faults(fault({ node_id: "n-33aa", code: "not_allowed", field: "operation" }))).toBe("Choose one of these: Read rows, Add a row.");
    expect(faults(fault({ code: "too_long", field: "buttons.0.title.en" }))).toBe("the server's");
  });

  it("shows values as forms do: options by their labels, lists line by line", () => {
    const { values } = hooks();
    expect(values("database_query", "type", "database_query")).toBe("Data table");
    expect(values("database_query", "operation", "insert")).toBe("Add a row");
    expect(values("buttons", "buttons.0", { id: "opt-1", title: { en: "Delivery", ar: "توصيل" } })).toBe("Id: opt-1\nTitle › English: Delivery\nTitle › Arabic: توصيل");
    expect(values(undefined, "default_language", "ar")).toBe("Arabic");
    expect(values(undefined, "settings.on_human", "park")).toMatch(/^A question waits/u);
    expect(values("buttons", "any", true)).toBe("yes");
  });
});
