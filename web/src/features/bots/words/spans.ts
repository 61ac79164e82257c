import type { Language } from "@/i18n";
import { createNumberFormat } from "@/i18n/format";

const SIZES = { day: 86_400, hour: 3_600, minute: 60, second: 1 } as const;
export const UNITS = ["second", "minute", "hour", "day", "week", "month"] as const;
export type Unit = (typeof UNITS)[number];

/** So many of a unit, in the number's own form: 1 hour, 2 hours; ساعة, ساعتان, 3 ساعات, 11 ساعة. */
export function sayAmount(amount: number, unit: Unit, language: Language): string {
  return createNumberFormat(language, { style: "unit", unit, unitDisplay: "long" }).format(amount);
}

/** 5,400 seconds are 90 minutes: in the largest unit that says them whole. */
export function sayTimeSpan(seconds: number, language: Language): string {
  const units = Object.entries(SIZES) as [keyof typeof SIZES, number][];
  const [unit, size] = units.find(([, each]) => seconds > 0 && seconds % each === 0) ?? (["second", 1] as const);
  return sayAmount(seconds / size, unit, language);
}

/** The unit that an option of a form stands for: `hours` is an hour. */
export const unitOf = (value: unknown): Unit | undefined => UNITS.find((unit) => value === `${unit}s`);
