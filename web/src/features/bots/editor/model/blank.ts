import type { FlowNodeType } from "@/api/models";
import { type Config, type Json, newId, type Place, type Step } from "./doc";
import { type FormField, readFields } from "./schema";

/**
 * A new step: what its type needs, taken from its example, so that it has its exits at once. Texts for people begin
 * empty, in each language of the flow; the example's words stand in their place until something is written.
 */
export function blankStep(type: FlowNodeType, languages: readonly string[], position: Place): Step {
  const example = type.example as Config;
  const fields = readFields(type.schema as Config);
  const config: Config = {};
  for (const field of fields) {
    if (!field.isRequired) continue;
    config[field.name] = blankValue(field, example[field.name], languages);
  }
  return { id: newId(type.type), type: type.type, name: null, config: config as NonNullable<Step["config"]>, position: { x: Math.round(position.x), y: Math.round(position.y) } };
}

function blankValue(field: FormField, sample: Json | undefined, languages: readonly string[]): Json {
  switch (field.kind) {
    case "localized":
      return Object.fromEntries(languages.map((language) => [language, ""]));
    case "template":
      return typeof sample === "string" ? "" : (sample ?? "");
    default:
      return speak(sample ?? field.default ?? "", languages);
  }
}

/** A sample in the languages of the flow alone; where it lacks one, that text is missing and is marked as such. */
function speak(value: Json, languages: readonly string[]): Json {
  if (Array.isArray(value)) return value.map((item) => speak(item, languages));
  if (!value || typeof value !== "object") return value;
  const keys = Object.keys(value);
  const isText = keys.length > 0 && keys.every((key) => (key === "en" || key === "ar") && typeof value[key] === "string");
  if (isText) return Object.fromEntries(languages.map((language) => [language, value[language] ?? ""]));
  return Object.fromEntries(keys.map((key) => [key, speak(value[key] ?? null, languages)]));
}

/** What the example says in a field, to show where nothing is written yet. */
export function placeholderOf(sample: Json | undefined, language: string): string {
  if (typeof sample === "string") return sample;
  if (sample && typeof sample === "object" && !Array.isArray(sample)) {
    const text = sample[language] ?? sample["en"];
    if (typeof text === "string") return text;
  }
  return "";
}
