import { describe, expect, it } from "vitest";
import { aSprint, TYPES } from "./samples";
import { readPath } from "./lit";
import { inUnits, placeOf, readSteps, splitVariables, stepOf } from "./trace";

describe("readSteps", () => {
  it("names steps as their author did, else by what they are, in the language that is read", () => {
    const steps = readSteps(aSprint({}), TYPES, "ar");
    expect(steps.map((step) => [step.name, step.typeName, step.goesOn, step.exit])).toEqual([
      ["Which size?", "سؤال", true, "answered"],
      ["رسالة", "رسالة", false, "next"],
    ]);
  });

  it("gives each visit of a step its own values, and the last one what stands in no order", () => {
    const step = (nodeId: string) => ({ node_id: nodeId, exit: "next", is_arrival: true, version_id: null });
    const value = (nodeId: string, given: number) => ({ node_id: nodeId, expression: "{{ x }}", value: given });
    const sprint = aSprint({ path: [step("loop"), step("say"), step("loop"), step("say")], values: [value("say", 1), value("loop", 2), value("say", 3), value("say", 4)] });
    expect(readSteps(sprint, TYPES, "en").map((each) => each.values.map((one) => one.value))).toEqual([[], [1], [2], [3, 4]]);
    const odd = aSprint({ path: [step("loop"), step("say")], values: [value("say", 1), value("loop", 2)] });
    expect(readSteps(odd, TYPES, "en").map((each) => each.values.length)).toEqual([1, 1]);
  });

  it("says where the way comes into another flow, and back", () => {
    const inner = { node_id: "hello", exit: "next", is_arrival: true, version_id: "v9" };
    const [first, last] = [aSprint({}).path[0], aSprint({}).path[1]] as const;
    const sprint = aSprint({ path: [first, inner, last] as never, flows: [...aSprint({}).flows, { version_id: "v9", version: 2, bot_id: "other", bot_name: "Sizes", nodes: { hello: { name: "Hello", type: "whatsapp_reply" } } }] });
    const steps = readSteps(sprint, TYPES, "en");
    expect(steps.map((step) => step.enters)).toEqual([null, "Sizes", "Café"]);
    expect(steps.map((step) => placeOf(step, steps))[1]).toEqual({ botId: "other", search: { version: 2, node: "hello", path: "hello" } });
  });

  it("shows a way through a version that is gone by its ids, without a way to the canvas", () => {
    const steps = readSteps(aSprint({ flows: [] }), TYPES, "en");
    expect(steps.map((step) => [step.name, step.typeName])).toEqual([["ask", null], ["answer", null]]);
    expect(steps.map((step) => placeOf(step, steps))).toEqual([null, null]);
  });

  it("knows which step said the message that is asked about; without one, where it stopped", () => {
    const steps = readSteps(aSprint({}), TYPES, "en");
    expect(stepOf(steps, "m1")?.nodeId).toBe("answer");
    expect(stepOf(steps, undefined)?.nodeId).toBe("answer");
    expect(stepOf([], "m1")).toBeNull();
  });
});

it("tells what changed from what was set to the same; a secret is never the same", () => {
  const set = (name: string, before: string | null, after: string | null) => ({ name, before, after });
  const { changed, same } = splitVariables([set("size", null, "L"), set("city", "Riyadh", "Riyadh"), set("pin", "[redacted]", "[redacted]")]);
  expect(changed.map((each) => each.name)).toEqual(["size", "pin"]);
  expect(same.map((each) => each.name)).toEqual(["city"]);
});

it("reads the way that an address lights", () => {
  const lit = readPath("a,b,c,b");
  expect([...lit.nodes]).toEqual(["a", "b", "c"]);
  expect([...lit.links]).toEqual(["a b", "b c", "c b"]);
  expect(readPath(undefined).nodes.size).toBe(0);
});

it("says times in their largest unit", () => {
  expect([0.12, 1.5, 600, 5_400, 86_400].map(inUnits)).toEqual([
    { value: 120, unit: "millisecond" },
    { value: 1.5, unit: "second" },
    { value: 10, unit: "minute" },
    { value: 1.5, unit: "hour" },
    { value: 1, unit: "day" },
  ]);
});
