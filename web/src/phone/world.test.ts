import { describe, expect, it } from "vitest";
import { isOn, lineOf, type PhoneMessage, pretty, turn } from "./world";

const message = (part: Partial<PhoneMessage>): PhoneMessage => ({ id: "1", seq: 1, direction: "in", type: "text", status: "read", at: "", ...part });

describe("faults", () => {
  it("turns one on beside the others, and off again", () => {
    const one = turn([], "twice");
    const both = turn(one, "template");
    expect(both.map((fault) => fault.kind)).toEqual(["duplicate", "refuse_code"]);
    expect(turn(both, "twice").map((fault) => fault.kind)).toEqual(["refuse_code"]);
  });

  it("knows a refused code by its number", () => {
    expect(isOn([{ kind: "refuse_code", code: 131026 }], "template")).toBe(false);
    expect(isOn([{ kind: "refuse_code", code: 132015 }], "template")).toBe(true);
  });
});

describe("lineOf", () => {
  it("says what was said, tapped or shown", () => {
    expect(lineOf(message({ text: { body: "Hi" } }))).toBe("Hi");
    expect(lineOf(message({ interactive: { type: "button_reply", button_reply: { id: "a", title: "Pickup" } } }))).toBe("Pickup");
    expect(lineOf(message({ interactive: { type: "button", body: { text: "Which?" } } }))).toBe("Which?");
    expect(lineOf(message({ type: "location", location: { latitude: 1, longitude: 2 } }))).toBe("📍");
    expect(lineOf(null)).toBe("");
  });
});

describe("pretty", () => {
  it("lays out JSON and leaves the rest alone", () => {
    expect(pretty('{"a":1}')).toBe('{\n  "a": 1\n}');
    expect(pretty("not json")).toBe("not json");
  });
});
