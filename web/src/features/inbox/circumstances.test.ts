import { describe, expect, it } from "vitest";
import { readCircumstances } from "./circumstances";

describe("readCircumstances", () => {
  it("reads what came beside the words", () => {
    const read = readCircumstances({
      body: "hi",
      forwarded: "often",
      referral: { headline: "Tray", source_url: "https://fb.me/1", source_type: "post" },
      product: { product_id: "kunafa-l", catalog_id: "1" },
      errors: [{ code: 131052, title: "Media", details: null, words: { en: "a", ar: "ب" } }],
      extra: { mood: "glad" },
    });
    expect(read).toEqual({
      forwarded: "often",
      referral: { headline: "Tray", body: null, url: "https://fb.me/1", isAd: false },
      product: "kunafa-l",
      errors: [{ code: 131052, title: "Media", words: { en: "a", ar: "ب" } }],
      extra: { mood: "glad" },
    });
  });

  it("takes nothing for nothing, and what it cannot read for nothing too", () => {
    const none = { forwarded: null, referral: null, product: null, errors: [], extra: null };
    expect(readCircumstances({ body: "hi" })).toEqual(none);
    expect(readCircumstances({ forwarded: 7, referral: "x" })).toEqual(none);
    expect(readCircumstances(null)).toEqual(none);
  });
});
