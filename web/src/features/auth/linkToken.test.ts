import { describe, expect, it } from "vitest";
import { readToken } from "./linkToken";

describe("readToken", () => {
  it("reads what stands behind the #", () => {
    expect(readToken("#hit_abc-DEF_1")).toBe("hit_abc-DEF_1");
    expect(readToken("#hit%5Fabc")).toBe("hit_abc");
    expect(readToken("")).toBe("");
  });

  it("takes a damaged link for one without a token", () => {
    for (const hash of ["#%", "#hit_abc%", "#%E0%A4%A", "#%D9"]) expect(readToken(hash)).toBe("");
  });
});
