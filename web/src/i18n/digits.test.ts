import { describe, expect, it } from "vitest";
import { foldNumber, readNumber } from "./digits";

describe("readNumber", () => {
  it("reads the digits of any keyboard", () => {
    expect(["12", "١٢", "۱۲", " ١٬٢٥٠٫٥ ", "\u200f-٣", "−٤", "٠"].map(readNumber)).toEqual([12, 12, 12, 1250.5, -3, -4, 0]);
  });

  it("takes nothing else for a number", () => {
    for (const text of ["", " ", "-", "two", "1 2", "١.٢.٣", "Infinity", "0x10", "1e3", "9".repeat(400)]) expect(readNumber(text), text).toBeNull();
  });

  it("leaves what is being typed in its place", () => {
    expect(["١.", "-", "٣ kg"].map(foldNumber)).toEqual(["1.", "-", "3 kg"]);
  });
});
