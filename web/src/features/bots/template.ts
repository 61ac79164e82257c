/**
 * A text of a flow in parts that people can read: what is said, the values that are put in, and the rules
 * between them. Pure; it reads the template, it does not run it.
 */
export type Part = { kind: "text" | "value" | "word" | "if" | "else"; text: string };

/** Filters that only change how a value looks: the value's own name says enough. */
const DRESS = new Set(["default", "first_name", "capitalize", "upcase", "downcase", "strip", "truncate", "money", "date", "escape"]);
const TAG = /\{\{-?\s*([\s\S]*?)\s*-?\}\}|\{%-?\s*(\w+)\s*([\s\S]*?)\s*-?%\}/g;

export function readTemplate(text: string): Part[] {
  const parts: Part[] = [];
  let at = 0;
  for (const match of text.matchAll(TAG)) {
    say(parts, text.slice(at, match.index));
    at = match.index + match[0].length;
    const [, value, tag, rest] = match;
    if (value !== undefined) parts.push({ kind: "value", text: nameOf(value) });
    else if (tag === "if" || tag === "unless" || tag === "elsif" || tag === "case" || tag === "when") parts.push({ kind: "if", text: (rest ?? "").trim() });
    else if (tag === "else") parts.push({ kind: "else", text: "" });
  }
  say(parts, text.slice(at));
  return parts;
}

function say(parts: Part[], text: string) {
  const said = text.replace(/\s+/g, " ");
  if (said.trim()) parts.push({ kind: "text", text: said });
}

function nameOf(expression: string): string {
  const [value = "", ...filters] = expression.split("|").map((piece) => piece.trim());
  const counts = filters.filter((filter) => !DRESS.has(filter.split(/[\s:]/)[0] ?? ""));
  return [value, ...counts].join(" | ");
}

/** The parts as one line, for a screen reader or a label. */
export function sayParts(parts: readonly Part[]): string {
  return parts
    .map((part) => part.text)
    .filter(Boolean)
    .join(" ")
    .replace(/\s+/g, " ");
}

/** The parts as they stand on a card, for its tooltip: nothing between them but what parts words. */
export function lineOf(parts: readonly Part[]): string {
  return parts
    .map((part, place) => (part.kind === "word" && parts[place - 1]?.kind === "word" ? ` ${part.text}` : part.text))
    .join("")
    .trim();
}
