import { describe, expect, it } from "vitest";
import ar from "./ar";
import en from "./en";

const ARABIC_FORMS = ["zero", "one", "two", "few", "many", "other"];
const ENGLISH_FORMS = ["one", "other"];

function flatten(value: object, prefix = ""): Map<string, string> {
  const flat = new Map<string, string>();
  for (const [key, inner] of Object.entries(value)) {
    if (typeof inner === "string") flat.set(prefix + key, inner);
    else for (const [path, text] of flatten(inner as object, `${prefix}${key}.`)) flat.set(path, text);
  }
  return flat;
}

/** Splits plural forms from their key: `unread_few` is form `few` of `unread`. */
function formsOf(strings: Map<string, string>): { plain: string[]; plurals: Map<string, string[]> } {
  const plurals = new Map<string, string[]>();
  const plain: string[] = [];
  for (const key of strings.keys()) {
    const form = /^(.*)_(zero|one|two|few|many|other)$/u.exec(key);
    if (!form?.[1] || !form[2]) plain.push(key);
    else plurals.set(form[1], [...(plurals.get(form[1]) ?? []), form[2]]);
  }
  return { plain, plurals };
}

const variablesOf = (text: string) => [...text.matchAll(/\{\{\s*(\w+)/gu)].map((match) => match[1]).sort();

describe("strings", () => {
  const english = flatten(en);
  const arabic = flatten(ar);
  const englishForms = formsOf(english);
  const arabicForms = formsOf(arabic);

  it("hold the same keys in both languages", () => {
    expect(arabicForms.plain.sort()).toEqual(englishForms.plain.sort());
    expect([...arabicForms.plurals.keys()].sort()).toEqual([...englishForms.plurals.keys()].sort());
  });

  it.each([...englishForms.plurals.keys()])("%s has every plural form of each language", (key) => {
    expect(englishForms.plurals.get(key)?.sort()).toEqual([...ENGLISH_FORMS].sort());
    expect(arabicForms.plurals.get(key)?.sort()).toEqual([...ARABIC_FORMS].sort());
  });

  it("insert the same values in both languages", () => {
    const differing = englishForms.plain.filter((key) => variablesOf(english.get(key) ?? "").join() !== variablesOf(arabic.get(key) ?? "").join());
    expect(differing).toEqual([]);
  });

  it("are never empty, and Arabic is written in Arabic punctuation", () => {
    for (const [key, text] of [...english, ...arabic]) expect(text.trim(), key).not.toBe("");
    for (const [key, text] of arabic) expect(text, key).not.toMatch(/[\u0600-\u06FF]\s*[,;?]/u);
  });
});
