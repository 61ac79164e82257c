import { describe, expect, it } from "vitest";
import type { FlowCounts } from "@/api/models";
import { fateOf, readLayer, severityOf, shareOf } from "./layer";

const node = (over: Partial<FlowCounts["nodes"][string]>) => ({ arrived: 0, left: 0, ended: 0, failed: 0, interrupted: 0, waiting: 0, ...over });
const counts = (nodes: FlowCounts["nodes"], edges: FlowCounts["edges"] = []): FlowCounts => ({ bot_id: "b", version: 1, since: "2026-11-20", nodes, edges });

describe("fateOf", () => {
  it("tells who went on, who is lost and who waits", () => {
    const layer = readLayer(counts({ ask: node({ arrived: 10, left: 7, interrupted: 1, failed: 1, waiting: 1 }) }, [{ node_id: "ask", exit: "answered", count: 5 }, { node_id: "ask", exit: "timeout", count: 2 }]));
    expect(fateOf(layer, "ask", ["answered"])).toEqual({ entered: 10, wentOn: 5, ended: 0, dropped: 4, waiting: 1, dropShare: 0.4 });
    expect(fateOf(layer, "ask", ["answered", "timeout"])).toMatchObject({ wentOn: 7, dropped: 2 });
  });

  it("loses nobody at a step at which the flow ends", () => {
    const layer = readLayer(counts({ bye: node({ arrived: 3, left: 2, ended: 1 }) }, [{ node_id: "bye", exit: "next", count: 2 }]));
    expect(fateOf(layer, "bye", [])).toEqual({ entered: 3, wentOn: 0, ended: 3, dropped: 0, waiting: 0, dropShare: 0 });
  });

  it("has no share above all where people came before the time that is looked at", () => {
    const layer = readLayer(counts({ ask: node({ arrived: 1, left: 0, interrupted: 4 }) }));
    expect(fateOf(layer, "ask", ["answered"])).toMatchObject({ entered: 4, dropShare: 1 });
  });

  it("says nothing of a step to which nobody came", () => {
    expect(fateOf(readLayer(counts({ ask: node({}) })), "ask", [])).toBeNull();
    expect(fateOf(readLayer(counts({})), "ask", [])).toBeNull();
  });
});

it("knows an empty time from one in which somebody waits", () => {
  expect(readLayer(counts({})).isEmpty).toBe(true);
  expect(readLayer(counts({ ask: node({ waiting: 1 }) })).isEmpty).toBe(false);
});

it("gives each exit its share of those who left", () => {
  const layer = readLayer(counts({ ask: node({ arrived: 4, left: 4 }) }, [{ node_id: "ask", exit: "true", count: 3 }, { node_id: "ask", exit: "false", count: 1 }]));
  expect(shareOf(layer, "ask", "true")).toEqual({ count: 3, share: 0.75 });
  expect(shareOf(layer, "ask", "timeout")).toEqual({ count: 0, share: 0 });
  expect(shareOf(layer, "other", "next")).toBeNull();
});

it("is loud where many are lost", () => {
  expect([0, 0.1, 0.3].map(severityOf)).toEqual(["none", "some", "many"]);
});
