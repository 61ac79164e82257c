import { describe, expect, it } from "vitest";
import { readValue, writeValue } from "./reading";

describe("values", () => {
  it.each([
    ["text", "4", "4"],
    ["text", "", ""],
    ["number", " 4.5 ", 4.5],
    ["boolean", "true", true],
    ["boolean", "false", false],
    ["json", '{"a": [1]}', { a: [1] }],
    ["null", "whatever", null],
  ] as const)("are read as %s: %s", (kind, text, value) => {
    expect(readValue(kind, text)).toEqual({ value });
  });

  it("say why they are none", () => {
    expect(readValue("number", "four")).toEqual({ problem: "badNumber" });
    expect(readValue("number", " ")).toEqual({ problem: "badNumber" });
    expect(readValue("json", "{a}")).toEqual({ problem: "badJson" });
  });

  it("come back as they were written", () => {
    for (const value of ["4", 4, true, null, ["a"], { a: 1 }]) {
      const { kind, text } = writeValue(value);
      expect(readValue(kind, text)).toEqual({ value });
    }
  });
});
