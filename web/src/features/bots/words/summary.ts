import type { Config, Json } from "../editor/model/doc";
import { type FormField, isCounting } from "../editor/model/schema";
import { readText } from "../graph";
import { type Part, readTemplate } from "../template";
import { showValue, type Wording } from "./flowNames";
import { type Unit, unitOf } from "./spans";

/** Words that a summary needs beside those of the forms. */
export type SummaryWords = Pick<Wording, "language" | "optionWords"> & {
  yes: string;
  no: string;
  /** 3600 → 1 hour */
  span: (seconds: number) => string;
  /** 1 hour, 2 hours */
  amount: (amount: number, unit: Unit) => string;
  /** A bot by its id. */
  botName: (id: string) => string;
};

const GROUP = /(\w+)([:?]?)(?:\[([^\]]+)\])?/gu;
const BETWEEN: Part = { kind: "text", text: " · " };
const DAYS = new Set(["days", "weekdays"]);
const LEAST_RUN = 3;

/**
 * The settings of a step in one line, as its type says (`summary`): groups of fields, each value as its form shows it. Drawn from
 * the schema alone, so that a new type of step needs nothing here.
 */
export function summarise(summary: readonly string[], config: Config, fields: readonly FormField[], words: SummaryWords, fallback: string): Part[] {
  return joinParts(summary.map((group) => sayGroup(group, config, fields, words, fallback)));
}

/** A summary as text alone: what is drawn as pieces of its own has commas between. */
export function plainOf(parts: readonly Part[], language: SummaryWords["language"]): string {
  const isPiece = (part: Part | undefined) => part?.kind === "word";
  return parts.map((part, place) => `${isPiece(part) && isPiece(parts[place - 1]) ? (language === "ar" ? "، " : ", ") : ""}${part.text}`).join("");
}

function joinParts(groups: readonly Part[][], between: Part = BETWEEN): Part[] {
  return groups.filter((group) => group.length > 0).flatMap((group, place) => (place === 0 ? group : [between, ...group]));
}

/** Fields side by side. What only says how the others are meant (a choice, a unit) is nothing without one of them. */
function sayGroup(group: string, config: Config, fields: readonly FormField[], words: SummaryWords, fallback: string): Part[] {
  const said: { parts: Part[]; field: FormField; glue: string }[] = [];
  const named = [...group.matchAll(GROUP)];
  for (const match of named) {
    const [, name = "", mark, inner] = match;
    const field = fields.find((each) => each.name === name);
    if (!field || !isCounting(field, fields, config)) continue;
    const value = valueOf(field, config);
    if (mark === "?" && value === field.default) continue;
    if (group[match.index - 1] === "*") {
      const amount = said.at(-1);
      const unit = unitOf(value);
      const count = amount && valueOf(amount.field, config);
      if (amount && unit && typeof count === "number") amount.parts = plain(words.amount(count, unit));
      continue;
    }
    const parts = inner ? sayItems(inner, value, field, words, fallback) : sayField(value, field, words, fallback);
    if (parts.length === 0) continue;
    const label: Part[] = mark === ":" && field.label ? [{ kind: "text", text: `${field.label[words.language]}: ` }] : [];
    said.push({ parts: [...label, ...parts], field, glue: group[match.index - 1] === "-" ? "–" : " " });
  }
  if (named.length > 1 && !said.some(({ field }) => field.kind !== "select") && said.some(({ field }) => config[field.name] === undefined)) return [];
  return said.flatMap(({ parts, glue }, place): Part[] => {
    if (place === 0) return parts;
    // A stretch of time runs from left to right in every script.
    if (glue === "–" && words.language === "ar") return [{ kind: "text", text: "–\u200e" }, ...parts];
    const isNamed = place === 1 && said[0]?.field.widget === "variable";
    return [{ kind: "text", text: isNamed ? " = " : glue }, ...parts];
  });
}

/** What a field holds; null is a value too, where it stands for "without end". */
export function valueOf(field: FormField, config: Config): Json | undefined {
  const value = config[field.name];
  return value === undefined ? field.default : value;
}

/** Parts of each item of a list, or of one object. */
function sayItems(inner: string, value: Json | undefined, field: FormField, words: SummaryWords, fallback: string): Part[] {
  const items = Array.isArray(value) ? value : value && typeof value === "object" ? [value] : [];
  const said = items.map((item) => (item && typeof item === "object" && !Array.isArray(item) ? sayGroup(inner, item, field.fields, words, fallback) : typeof item === "string" ? readTemplate(item) : []));
  return joinParts(said, { kind: "text", text: words.language === "ar" ? "، " : ", " });
}

function sayField(value: Json | undefined, field: FormField, words: SummaryWords, fallback: string): Part[] {
  if (value === undefined || value === null || value === "") return [];
  if (field.widget === "bot" && typeof value === "string") return plain(words.botName(value));
  if (field.widget === "duration" && typeof value === "number") return plain(words.span(value));
  if (field.widget === "variable" && typeof value === "string") return [{ kind: "value", text: value }];
  if (field.kind === "localized") return readTemplate(readText(value, words.language, fallback));
  if (DAYS.has(field.name) && Array.isArray(value)) return plain(sayDays(value.map(String), field, words));
  if (field.kind === "tags" && Array.isArray(value)) return value.flatMap((each): Part[] => (typeof each === "string" && each.trim() ? [{ kind: "word", text: each.replaceAll(/\{\{\s*|\s*\}\}/gu, "") }] : []));
  if (field.kind === "pairs" && value && typeof value === "object") return plain(Object.keys(value).join(words.language === "ar" ? "، " : ", "));
  if (typeof value === "number") return plain(value === field.default && field.default === 0 ? "" : String(value));
  if (typeof value === "string" && field.options.length === 0) return readTemplate(value);
  if (Array.isArray(value) && value.some((each) => typeof each === "object")) return plain(String(value.length));
  return plain(showValue(value, field, words, fallback));
}

/** Sunday to Thursday in short; what stands alone is named. */
function sayDays(chosen: readonly string[], field: FormField, words: SummaryWords): string {
  const runs: string[][] = [];
  let last = -2;
  field.options.forEach(({ value }, place) => {
    if (!chosen.includes(value)) return;
    if (place === last + 1) runs.at(-1)?.push(value);
    else runs.push([value]);
    last = place;
  });
  const first = runs[0];
  // A week is a circle: Sunday to Thursday is one stretch, wherever the list of days begins.
  if (runs.length > 1 && first?.[0] === field.options[0]?.value && runs.at(-1)?.at(-1) === field.options.at(-1)?.value) runs[0] = [...(runs.pop() ?? []), ...(first ?? [])];
  const name = (day = "") => showValue(day, field, words, "");
  return runs.flatMap((run) => (run.length >= LEAST_RUN ? [`${name(run[0])}–${name(run.at(-1))}`] : run.map(name))).join(words.language === "ar" ? "، " : ", ");
}

const plain = (text: string): Part[] => (text ? [{ kind: "text", text }] : []);
