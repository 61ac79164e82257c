import { describe, expect, it } from "vitest";
import type { Doc } from "../model/doc";
import { fromLink, linksOf, stepInDirection } from "./walking";

const step = (id: string, x: number, y: number) => ({ id, type: "whatsapp_reply", name: null, config: {}, position: { x, y } });
const link = (id: string, source: string, target: string, exit: string | null = null) => ({ id, source, target, sourceHandle: exit, label: null });
const DOC = {
  nodes: [step("a", 0, 0), step("left", -200, 200), step("right", 200, 200), step("end", 0, 400)],
  edges: [link("2", "a", "right", "false"), link("1", "a", "left", "true"), link("3", "left", "end"), link("4", "right", "end"), link("5", "end", "a")],
  comments: [],
} as unknown as Doc;
const at = (id: string) => DOC.edges.find((each) => each.id === id) as Doc["edges"][number];

describe("walking", () => {
  it("goes through the connections of a step: out from left to right, then in", () => {
    expect(linksOf(DOC, "a").map(({ id }) => id)).toEqual(["1", "2", "5"]);
    expect(linksOf(DOC, "end").map(({ id }) => id)).toEqual(["5", "3", "4"]);
  });

  it("goes on from a connection: sideways among its step's own, up and down to its ends", () => {
    expect(fromLink(DOC, at("1"), "right")).toEqual({ link: "2" });
    expect(fromLink(DOC, at("1"), "left")).toEqual({ link: "2" });
    expect(fromLink(DOC, at("2"), "right")).toEqual({ link: "1" });
    expect(fromLink(DOC, at("3"), "right")).toEqual({ link: "3" });
    expect(fromLink(DOC, at("1"), "up")).toEqual({ step: "a" });
    expect(fromLink(DOC, at("1"), "down")).toEqual({ step: "left" });
  });

  it("goes along the flow by steps", () => {
    expect(stepInDirection(DOC, null, "down")).toBe("a");
    expect(stepInDirection(DOC, "a", "down")).toBe("right");
    expect(stepInDirection(DOC, "right", "left")).toBe("left");
    expect(stepInDirection(DOC, "left", "up")).toBe("a");
  });
});
