import { describe, expect, it } from "vitest";
import { cardOf, isEditable, isOn, lineOf, passes, type PhoneMessage, pretty, tapsOf, textOf, turn } from "./world";

const message = (part: Partial<PhoneMessage>): PhoneMessage => ({ id: "1", seq: 1, direction: "in", type: "text", status: "read", at: "", ...part });

describe("faults", () => {
  it("turns one on beside the others, and off again", () => {
    const one = turn([], "twice");
    const both = turn(one, "template");
    expect(both.map((fault) => fault.kind)).toEqual(["duplicate", "refuse_code"]);
    expect(turn(both, "twice").map((fault) => fault.kind)).toEqual(["refuse_code"]);
  });

  it("leaves alone what no switch stands for", () => {
    const drop = { kind: "drop", probability: 0.2 };
    expect(turn([drop], "twice")).toEqual([drop, { kind: "duplicate", probability: 1 }]);
    expect(turn(turn([drop], "twice"), "twice")).toEqual([drop]);
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
    expect(lineOf(message({ type: "template", rendered: { body: "Your order is ready" } }))).toBe("Your order is ready");
    expect(lineOf(null)).toBe("");
  });
});

describe("pretty", () => {
  it("lays out JSON and leaves the rest alone", () => {
    expect(pretty('{"a":1}')).toBe('{\n  "a": 1\n}');
    expect(pretty("not json")).toBe("not json");
  });
});

describe("taps", () => {
  it("belong to the message that offered them, and the last one counts", () => {
    const tap = (id: string, context: string) => message({ direction: "out", context: { id: context }, interactive: { type: "button_reply", button_reply: { id, title: id } } });
    const row = message({ direction: "out", context: { id: "list" }, interactive: { type: "list_reply", list_reply: { id: "latte", title: "Latte" } } });
    const taps = tapsOf([tap("yes", "ask"), tap("no", "ask"), row, message({ direction: "out", context: { id: "quoted" }, text: { body: "yes" } })]);
    expect([...taps]).toEqual([
      ["ask", "no"],
      ["list", "latte"],
    ]);
  });
});

describe("the wire's filter", () => {
  const rows = [
    { kind: "message", status: 200, error: null },
    { kind: "status", status: 200, error: null },
    { kind: "send", status: 400, error: null },
    { kind: "media", status: null, error: "No answer: TimeoutError" },
    { kind: "template", status: null, error: null },
  ];
  const kinds = (filter: Parameters<typeof passes>[1]) => rows.filter((row) => passes(row, filter)).map((row) => row.kind);
  it("separates talk, what became of it, and what went wrong", () => {
    expect(kinds("all")).toHaveLength(5);
    expect(kinds("messages")).toEqual(["message", "send"]);
    expect(kinds("statuses")).toEqual(["status"]);
    expect(kinds("refused")).toEqual(["send", "media"]);
  });
});

describe("what can be done to a message", () => {
  it("edits texts and words under files, and nothing that is deleted", () => {
    expect(isEditable(message({ text: { body: "a" } }))).toBe(true);
    expect(isEditable(message({ type: "image", image: { id: "1", caption: "a" } }))).toBe(true);
    expect(isEditable(message({ type: "audio", audio: { id: "1" } }))).toBe(false);
    expect(isEditable(message({ text: { body: "a" }, deleted: true }))).toBe(false);
    expect(textOf(message({ type: "image", image: { id: "1", caption: "a" } }))).toBe("a");
  });

  it("makes a card of a person, with a number where there is one", () => {
    expect(cardOf({ name: "هدى الزهراني", number: "+966502223344" })).toEqual({
      name: { formatted_name: "هدى الزهراني", first_name: "هدى" },
      phones: [{ phone: "+966502223344", wa_id: "966502223344", type: "CELL" }],
    });
    expect(cardOf({ name: "Tariq", number: null }).phones).toEqual([]);
  });
});
