import { describe, expect, it } from "vitest";
import { strengthOf } from "./password";

describe("strengthOf", () => {
  it.each([
    ["", null],
    ["qwerty", "weak"],
    ["aaaaaaaaaaaaaaaa", "weak"],
    ["mountaintops", "fair"],
    ["coffee at nine", "strong"],
    ["the bird looks at its name", "strong"],
    ["Tr0ub4dor&3xy", "strong"],
    ["قهوة ساخنة كل صباح", "strong"],
  ])("%j is %s", (password, strength) => {
    expect(strengthOf(password)).toBe(strength);
  });
});
