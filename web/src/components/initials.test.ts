import { describe, expect, it } from "vitest";
import { initialsOf, paletteOf } from "./initials";

describe("initialsOf", () => {
  it.each([
    ["Khalid Al-Harbi", "KH"],
    ["Sara", "S"],
    ["نورة العتيبي", "ن"],
    ["أبو عبدالله", "ع"],
    ["الهنوف", "ه"],
    ["+966 50 000 0142", "#"],
    ["", "#"],
    ["🌙 Layla", "L"],
  ])("%j is %s", (name, initials) => {
    expect(initialsOf(name)).toBe(initials);
  });
});

describe("paletteOf", () => {
  it("gives one of six, always the same", () => {
    for (const name of ["Khalid", "نورة", ""]) {
      expect(paletteOf(name)).toBe(paletteOf(name));
      expect([1, 2, 3, 4, 5, 6]).toContain(paletteOf(name));
    }
  });
});
