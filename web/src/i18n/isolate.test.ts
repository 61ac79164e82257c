import { describe, expect, it } from "vitest";
import { isolateForeign } from "./isolate";

describe("isolateForeign", () => {
  it("wraps what runs the other way", () => {
    expect(isolateForeign("Khalid", "ar")).toBe("\u2068Khalid\u2069");
    expect(isolateForeign("+966 50 000 0142", "ar")).toBe("\u2068+966 50 000 0142\u2069");
    expect(isolateForeign("نورة", "en")).toBe("\u2068نورة\u2069");
  });

  it("leaves the rest alone", () => {
    expect(isolateForeign("Khalid", "en")).toBe("Khalid");
    expect(isolateForeign("نورة", "ar")).toBe("نورة");
    expect(isolateForeign("19", "ar")).toBe("19");
  });
});
