import type { JournalSearch } from "@/routes/monitoring";

const PERIOD_MS = { hour: 3_600_000, day: 86_400_000, week: 7 * 86_400_000 };

/** The instant of a time as a wall clock in a zone shows it ("2026-11-20T09:41"); null for what is no time. */
export function instantOf(wall: string, timeZone: string | undefined): Date | null {
  const asUtc = new Date(`${wall}Z`);
  if (Number.isNaN(asUtc.getTime())) return null;
  // Twice: the offset is that of the instant which is sought, and may differ at the first guess.
  const guess = new Date(asUtc.getTime() - offsetAt(asUtc, timeZone));
  return new Date(asUtc.getTime() - offsetAt(guess, timeZone));
}

function offsetAt(at: Date, timeZone: string | undefined): number {
  const format = new Intl.DateTimeFormat("en-CA", {
    ...(timeZone && { timeZone }),
    hourCycle: "h23",
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
  });
  const part = Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, Number(value)]));
  const shown = Date.UTC(part["year"] ?? 0, (part["month"] ?? 1) - 1, part["day"], part["hour"], part["minute"], part["second"]);
  return shown - Math.floor(at.getTime() / 1000) * 1000;
}

/** A chosen period as the API asks for it. The journal lives by the machine's clock, which never moves. */
export function rangeOf({ period, from, to }: JournalSearch, timeZone: string | undefined, now = Date.now()): { since?: string; until?: string } {
  if (!period) return {};
  if (period !== "between") return { since: new Date(now - PERIOD_MS[period]).toISOString() };
  const since = from ? instantOf(from, timeZone) : null;
  const until = to ? instantOf(to, timeZone) : null;
  return { ...(since && { since: since.toISOString() }), ...(until && { until: until.toISOString() }) };
}
