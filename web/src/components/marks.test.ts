import { describe, expect, it } from "vitest";
import { readMarks } from "./marks";

describe("readMarks", () => {
  it.each([
    ["Total: *18.50 SAR*\nAll right?", ["plain:Total: ", "bold:18.50 SAR", "plain:\nAll right?"]],
    ["المجموع: *18.50 ر.س*", ["plain:المجموع: ", "bold:18.50 ر.س"]],
    ["_soon_ ~never~ ```a *b*```", ["italic:soon", "plain: ", "struck:never", "plain: ", "code:a *b*"]],
    ["2 * 3 * 4 and snake_case_name", ["plain:2 * 3 * 4 and snake_case_name"]],
    ["*not\nover lines*", ["plain:*not\nover lines*"]],
    ["", []],
  ])("%j", (text, runs) => {
    expect(readMarks(text).map(({ mark, text: said }) => `${mark}:${said}`)).toEqual(runs);
  });
});
