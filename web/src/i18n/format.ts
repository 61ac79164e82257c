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
  /** GMT+3 */
  zone: (at: string | Date) => string;
  /** For lists: the time today, the weekday this week, else the date. */
  short: (at: string | Date, now: Date) => string;
  /** 2026-11-20: two instants with the same key fall on the same day of the workspace. */
  dayKey: (at: string | Date) => string;
  /** Everything, for tooltips and screen readers. */
  full: (at: string | Date) => string;
  /** SAR 58.00, 58.00 ر.س: an amount in a currency's smallest unit; without `decimals`, as many as the currency has. */
  money: (amount: number, currency: string, decimals?: number) => string;
  /** 1:05, 1:00:05 */
  duration: (seconds: number) => string;
  /** The name of a language in the interface's language. */
  languageName: (code: string) => string;
};

const LOCALES: Record<Language, string> = { en: "en-GB-u-nu-latn", ar: "ar-u-ca-gregory-nu-latn" };
const DAY_MS = 86_400_000;

/** 4,096 in both languages, for Western digits group the same way: the one way in which a number is written on a screen. */
export function createNumberFormat(language: Language, options?: Intl.NumberFormatOptions): Intl.NumberFormat {
  return new Intl.NumberFormat(language === "ar" ? "ar-u-nu-latn" : "en", options);
}

/** How many decimals a currency has; two for what is none. */
function decimalsOf(currency: string): number {
  try {
    return new Intl.NumberFormat("en", { style: "currency", currency }).resolvedOptions().maximumFractionDigits ?? 2;
  } catch {
    return 2; // a currency comes from a provider and may be anything
  }
}

/** A currency's sign in Arabic, without the direction marks and the last dot that the tables add; its code where there is none. */
function symbolOf(currency: string): string {
  try {
    const parts = new Intl.NumberFormat("ar", { style: "currency", currency }).formatToParts(0);
    const sign = parts.find((part) => part.type === "currency")?.value ?? currency;
    return sign.replace(/[\u200e\u200f\u061c]/gu, "").replace(/\.$/u, "");
  } catch {
    return currency;
  }
}

export function createFormat(language: Language, timeZone: string | undefined): Format {
  const locale = LOCALES[language];
  const zone = timeZone ? { timeZone } : {};
  const make = (options: Intl.DateTimeFormatOptions) => {
    const format = new Intl.DateTimeFormat(locale, { ...zone, ...options });
    return (at: string | Date) => format.format(new Date(at));
  };
  const numbers = createNumberFormat(language);
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
  const zoneNames = new Intl.DateTimeFormat(locale, { ...zone, timeZoneName: "shortOffset" });
  const isSameYear = (at: string | Date, other: Date) => dayKey(at).slice(0, 4) === dayKey(other).slice(0, 4);

  return {
    number: (value) => numbers.format(value),
    time,
    seconds,
    date,
    day: (at) => (isSameYear(at, new Date()) ? dayOfYear(at) : dayWithYear(at)),
    zone: (at) => zoneNames.formatToParts(new Date(at)).find((part) => part.type === "timeZoneName")?.value ?? "",
    short: (at, now) => {
      if (dayKey(at) === dayKey(now)) return time(at);
      if (now.getTime() - new Date(at).getTime() < 6 * DAY_MS) return weekday(at);
      return isSameYear(at, now) ? dayMonth(at) : date(at);
    },
    dayKey,
    full,
    money: (amount, currency, decimals = decimalsOf(currency)) => {
      const options = { minimumFractionDigits: decimals, maximumFractionDigits: decimals };
      const value = createNumberFormat(language, options).format(amount / 10 ** decimals);
      return language === "ar" ? `${value} ${symbolOf(currency)}` : `${currency} ${value}`;
    },
    duration: (seconds) => {
      const [hours, minutes, rest] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
      const two = (value: number) => String(value).padStart(2, "0");
      return hours > 0 ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
    },
    languageName: (code) => {
      try {
        return names.of(code) ?? code;
      } catch {
        return code; // a contact's language comes from a provider and may be anything
      }
    },
  };
}
