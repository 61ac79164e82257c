import { describe, expect, it } from "vitest";
import ar from "@/i18n/ar";
import en from "@/i18n/en";
import openapi from "../../../openapi.json";

const codes = openapi.components.schemas.ReasonCode.enum;
const providers = openapi.components.schemas.Provider.enum;
const words = { en: en.channels.reasons as Record<string, string>, ar: ar.channels.reasons as Record<string, string> };

describe("why a number does not connect", () => {
  it("is known by some codes", () => expect(codes).toContain("unreachable"));

  it.each(codes)("%s has words for every provider in both languages", (code) => {
    for (const provider of providers)
      for (const language of ["en", "ar"] as const) {
        const text = words[language][`${code}_${provider}`] ?? words[language][code];
        expect(text, `${language} ${provider}`).toBeTruthy();
      }
  });

  it("has words for no other codes", () => {
    const known = Object.keys(words.en).map((key) => key.replace(new RegExp(`_(${providers.join("|")})$`, "u"), ""));
    expect(new Set(known)).toEqual(new Set(codes));
  });
});
