import { describe, expect, it } from "vitest";
import { readBody } from "./payload";

describe("readBody", () => {
  it("indents JSON and keeps Arabic as it is", () => {
    expect(readBody('{"a":"قهوة"}', "application/json")).toEqual({ kind: "json", text: '{\n  "a": "قهوة"\n}' });
  });

  it("takes a form apart", () => {
    expect(readBody("Body=%D9%85%D8%B1%D8%AD%D8%A8%D8%A7&From=whatsapp%3A%2B966", "application/x-www-form-urlencoded; charset=UTF-8")).toEqual({
      kind: "form",
      pairs: [
        ["Body", "مرحبا"],
        ["From", "whatsapp:+966"],
      ],
    });
  });

  it("shows what is neither as it came", () => {
    expect(readBody("{", "application/json")).toEqual({ kind: "text", text: "{" });
    expect(readBody("", "application/x-www-form-urlencoded")).toEqual({ kind: "text", text: "" });
  });
});
