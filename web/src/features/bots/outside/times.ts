import type { ScheduleTimes } from "./queries";

const CLOCK = /^(?:[01]?\d|2[0-3]):[0-5]\d$/u;

/** The times of a schedule as its form has them; null while there is none to ask about, such as a half-typed hour. */
export function readTimes(schedule: unknown): ScheduleTimes | null {
  const { at = "09:00", weekdays, day_of_month: day } = (schedule ?? {}) as Record<string, unknown>;
  if (typeof at !== "string" || !CLOCK.test(at)) return null;
  if (day !== undefined && day !== null && !(Number.isInteger(day) && (day as number) >= 1 && (day as number) <= 31)) return null;
  return { at, ...(Array.isArray(weekdays) && weekdays.length > 0 && { weekdays }), ...(typeof day === "number" && { day_of_month: day }) };
}
