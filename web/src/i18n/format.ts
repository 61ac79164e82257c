import type { Language } from ".";

/** Dates and numbers in words of the interface, in the workspace's time zone, always with Western digits and the Gregorian calendar. */
export type Format = {
  number: (value: number) => string;
  /** 09:41 */
  time: (at: string | Date) => string;
  /** 09:41:07 */
  seconds: (at: string | Date) => string;
  /** 20 Nov 2026 */
  date: (at: string | Date) => string;
  /** Friday 20 November; the year only when it is not this one. */
  day: (at: string | Date) => string;
  /** For lists: the time today, the weekday this week, else the date. */
  short: (at: string | Date, now: Date) => string;
  /** 2026-11-20: two instants with the same key fall on the same day of the workspace. */
  dayKey: (at: string | Date) => string;
  /** Everything, for tooltips and screen readers. */
  full: (at: string | Date) => string;
  /** The name of a language in the interface's language. */
  languageName: (code: string) => string;
};

const LOCALES: Record<Language, string> = { en: "en-GB-u-nu-latn", ar: "ar-u-ca-gregory-nu-latn" };
const DAY_MS = 86_400_000;

export function createFormat(language: Language, timeZone: string | undefined): Format {
  const locale = LOCALES[language];
  const zone = timeZone ? { timeZone } : {};
  const make = (options: Intl.DateTimeFormatOptions) => {
    const format = new Intl.DateTimeFormat(locale, { ...zone, ...options });
    return (at: string | Date) => format.format(new Date(at));
  };
  const numbers = new Intl.NumberFormat(language === "ar" ? "ar-u-nu-latn" : "en");
  const time = make({ hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  const seconds = make({ hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" });
  const date = make({ day: "numeric", month: "short", year: "numeric" });
  const dayOfYear = make({ weekday: "long", day: "numeric", month: "long" });
  const dayWithYear = make({ weekday: "long", day: "numeric", month: "long", year: "numeric" });
  const weekday = make({ weekday: "short" });
  const dayMonth = make({ day: "numeric", month: "short" });
  const full = make({ dateStyle: "full", timeStyle: "short", hourCycle: "h23" });
  const keys = new Intl.DateTimeFormat("en-CA", { ...zone, year: "numeric", month: "2-digit", day: "2-digit" });
  const dayKey = (at: string | Date) => keys.format(new Date(at));
  const names = new Intl.DisplayNames([locale], { type: "language" });
  const isSameYear = (at: string | Date, other: Date) => dayKey(at).slice(0, 4) === dayKey(other).slice(0, 4);

  return {
    number: (value) => numbers.format(value),
    time,
    seconds,
    date,
    day: (at) => (isSameYear(at, new Date()) ? dayOfYear(at) : dayWithYear(at)),
    short: (at, now) => {
      if (dayKey(at) === dayKey(now)) return time(at);
      if (now.getTime() - new Date(at).getTime() < 6 * DAY_MS) return weekday(at);
      return isSameYear(at, now) ? dayMonth(at) : date(at);
    },
    dayKey,
    full,
    languageName: (code) => {
      try {
        return names.of(code) ?? code;
      } catch {
        return code; // a contact's language comes from a provider and may be anything
      }
    },
  };
}
