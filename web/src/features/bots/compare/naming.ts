import type { Format } from "@/i18n/format";
import type { Language } from "@/i18n";
import type { FormField } from "../editor/model/schema";

/** What is called by us, because no node type describes it: a step's own name and kind, and what belongs to the whole flow. */
export type OwnFields = { readonly [name: string]: string | undefined };

/**
 * A changed value as its form calls it: `buttons.0.title.en` is "Buttons › 1 › Title › English". What no form names stays as it is
 * written, so that nothing is hidden.
 */
export const nameField = (...given: Parameters<typeof nameParts>): string => nameParts(...given).join(" › ");

/** The same part by part: a word for each step of the path. */
export function nameParts(path: string, fields: readonly FormField[], own: OwnFields, language: Language, languageName: Format["languageName"]): string[] {
  const words: string[] = [];
  let here: readonly FormField[] = fields;
  let isText = false;
  for (const [depth, part] of path.split(".").entries()) {
    const field = here.find((each) => each.name === part);
    if (field) words.push(field.label?.[language] ?? part);
    else if (/^\d+$/u.test(part)) words.push(String(Number(part) + 1));
    else if (isText && /^[a-z]{2,3}$/u.test(part)) words.push(languageName(part));
    else words.push((depth === 0 || path.startsWith("settings.") ? own[part] : undefined) ?? part);
    if (field) {
      here = field.fields;
      isText = field.fields.length === 0;
    }
  }
  return words;
}
