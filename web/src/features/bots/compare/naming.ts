import type { Format } from "@/i18n/format";
import type { Language } from "@/i18n";
import type { FormField } from "../editor/model/schema";

/** The form of a step's own name and type, which no node type describes. */
export type OwnFields = { name: string; type: string };

/**
 * A changed value as its form calls it: `buttons.0.title.en` is "Buttons › 1 › Title › English". What no form names stays as it is
 * written, so that nothing is hidden.
 */
export function nameField(path: string, fields: readonly FormField[], own: OwnFields, language: Language, languageName: Format["languageName"]): string {
  const words: string[] = [];
  let here: readonly FormField[] = fields;
  let isText = false;
  for (const [depth, part] of path.split(".").entries()) {
    const field = here.find((each) => each.name === part);
    if (field) words.push(field.label?.[language] ?? part);
    else if (/^\d+$/u.test(part)) words.push(String(Number(part) + 1));
    else if (isText && /^[a-z]{2,3}$/u.test(part)) words.push(languageName(part));
    else words.push(depth === 0 && (part === "name" || part === "type") ? own[part] : part);
    if (field) {
      here = field.fields;
      isText = field.fields.length === 0;
    }
  }
  return words.join(" › ");
}
