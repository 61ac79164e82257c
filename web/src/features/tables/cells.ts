import type { Operator } from "@/routes/tables";
import type { Cell, DataColumn } from "./queries";

export type ColumnType = DataColumn["type"];
export type { Operator } from "@/routes/tables";

export const COLUMN_TYPES: readonly ColumnType[] = ["text", "number", "boolean", "date", "datetime", "choice", "json"];
const SAME: readonly Operator[] = ["equals", "not_equals"];
const PARTS: readonly Operator[] = ["contains", "not_contains", "starts_with", "ends_with"];
const ORDER: readonly Operator[] = ["greater_than", "less_than", "at_least", "at_most"];
const EMPTY: readonly Operator[] = ["is_empty", "is_not_empty"];

/** What a column of a type can be asked for; the server says the same. */
export const OPERATORS: Record<ColumnType, readonly Operator[]> = {
  text: ["contains", ...SAME, ...PARTS.slice(1), ...EMPTY],
  choice: [...SAME, ...PARTS, ...EMPTY],
  number: [...SAME, ...ORDER, ...EMPTY],
  date: [...SAME, ...ORDER, ...EMPTY],
  datetime: [...SAME, ...ORDER, ...EMPTY],
  boolean: [...SAME, ...EMPTY],
  json: EMPTY,
};

export const needsValue = (operator: Operator) => !EMPTY.includes(operator);

/** What people call a column. */
export const nameOf = (column: DataColumn) => column.label || column.name;

/** A cell as the text that an input holds. */
export function inputText(cell: Cell | undefined): string {
  if (cell === null || cell === undefined) return "";
  return typeof cell === "object" ? JSON.stringify(cell) : String(cell);
}

/** A moment as the browser's own input wants it, in the workspace's zone: what is typed there is meant there. */
export function localMoment(cell: Cell | undefined, timeZone: string | undefined): string {
  const at = typeof cell === "string" ? new Date(cell) : null;
  if (!at || Number.isNaN(at.getTime())) return "";
  const parts = new Intl.DateTimeFormat("sv-SE", { timeZone: timeZone ?? "UTC", dateStyle: "short", timeStyle: "medium" }).format(at);
  return parts.replace(" ", "T");
}

/** What was typed, for the server to read by the column's type; nothing empties the cell. */
export const cellOf = (text: string): Cell => (text.trim() === "" ? null : text);

/** Whether a column stands in the way in which numbers and machines are read. */
export const isLatin = (type: ColumnType) => type === "number" || type === "date" || type === "datetime" || type === "json";
