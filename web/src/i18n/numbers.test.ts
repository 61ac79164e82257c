import i18next from "i18next";
import { expect, it } from "vitest";
import { changeLanguage } from ".";
import { createFormat } from "./format";

it("writes a number in a sentence as beside it, in both languages", async () => {
  for (const language of ["en", "ar"] as const) {
    await changeLanguage(language);
    const written = createFormat(language, undefined).number(4096);
    expect(written).toBe("4,096");
    expect(i18next.t("inbox:message.fitted.text_split", { from: 5000, to: 2, limit: 4096 })).toContain(written);
    expect(i18next.t("workspace:unread", { count: 12_000 })).toContain("12,000");
  }
  await changeLanguage("en");
});
