import { readNumber } from "@/i18n/digits";

/** What is typed into the inspector, read as the value that it stands for. Pure. */

export const KINDS = ["text", "number", "boolean", "json", "null"] as const;
export type Kind = (typeof KINDS)[number];
/** `problem`: why it is no such value. */
export type Reading = { value: unknown } | { problem: "badNumber" | "badJson" };

export function readJson(text: string): { value: unknown } | null {
  try {
    return { value: JSON.parse(text) as unknown };
  } catch {
    return null;
  }
}

export function readValue(kind: Kind, text: string): Reading {
  switch (kind) {
    case "text":
      return { value: text };
    case "number": {
      const number = readNumber(text);
      return number === null ? { problem: "badNumber" } : { value: number };
    }
    case "boolean":
      return { value: text === "true" };
    case "json":
      return readJson(text) ?? { problem: "badJson" };
    case "null":
      return { value: null };
  }
}

/** The kind of a value that is there, and what one would have typed for it. */
export function writeValue(value: unknown): { kind: Kind; text: string } {
  if (value === null || value === undefined) return { kind: value === null ? "null" : "text", text: "" };
  if (typeof value === "string") return { kind: "text", text: value };
  if (typeof value === "number") return { kind: "number", text: String(value) };
  if (typeof value === "boolean") return { kind: "boolean", text: String(value) };
  return { kind: "json", text: JSON.stringify(value) };
}
