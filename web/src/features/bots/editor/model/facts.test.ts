import { describe, expect, it } from "vitest";
import type { Fault, Flow } from "@/api/models";
import type { Doc } from "./doc";
import { factsOf, mustCount } from "./facts";

const parked = (id: string) => ({ code: "parked_nowhere", node_id: null, steps: [{ id, name: null, type: "list" }], count: 2 }) as unknown as Fault;
const flowOf = (waiting: Record<string, number> | null, ...faults: Fault[]) => ({ facts: {}, faults, waiting }) as unknown as Flow;
const docOf = (...ids: string[]) => ({ nodes: ids.map((id) => ({ id })) }) as unknown as Doc;

describe("what is known of the people in a draft", () => {
  const read = factsOf(flowOf({ menu: 2, ask: 1 }));

  it("outlives a saving, which counts nobody", () => {
    const saved = factsOf(flowOf(null, { code: "dead_end" } as Fault), factsOf(flowOf({ menu: 2 }, parked("menu"))));
    expect(saved.waiting).toEqual({ menu: 2 });
    expect(saved.faults.map((fault) => fault.code)).toEqual(["dead_end", "parked_nowhere"]);
    expect(factsOf(flowOf({}), saved).faults, "a draft that is read says all").toEqual([]);
  });

  it("is asked for anew only when a step of theirs goes or is back", () => {
    expect(mustCount(read, docOf("menu", "ask", "another"))).toBe(false);
    expect(mustCount(read, docOf("ask"))).toBe(true);
    const counted = factsOf(flowOf({ menu: 2, ask: 1 }, parked("menu")));
    expect(mustCount(counted, docOf("ask"))).toBe(false);
    expect(mustCount(counted, docOf("ask", "menu"))).toBe(true);
    expect(mustCount(factsOf(flowOf({})), docOf())).toBe(false);
  });
});
