export const UNITS = { minutes: 60, hours: 3_600, days: 86_400 } as const;
export type Unit = keyof typeof UNITS;

/** Seconds as a number of the largest unit that they are whole in. */
export function splitSeconds(seconds: number): { value: number; unit: Unit } {
  for (const unit of ["days", "hours"] as const) {
    if (seconds >= UNITS[unit] && seconds % UNITS[unit] === 0) return { value: seconds / UNITS[unit], unit };
  }
  return { value: seconds / UNITS.minutes, unit: "minutes" };
}
