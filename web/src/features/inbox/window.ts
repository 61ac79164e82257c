const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const BARS = 24;
/** From here on the window is short, and is shown in the list and in yellow. */
const SHORT_MS = 2 * HOUR_MS;

/** WhatsApp's customer service window: 24 hours from the customer's last message, in which free text may be sent. */
export type Window =
  | { state: "never" }
  | { state: "open"; hours: number; minutes: number; bars: number; isShort: boolean }
  | { state: "shut"; unit: "Minutes" | "Hours" | "Days"; count: number };

/** What is left of a window that ends at `expiresAt`. The minute under way counts as left, so that "0 min" is never shown while it is open. */
export function windowAt(expiresAt: string | null, now: Date): Window {
  if (expiresAt === null) return { state: "never" };
  const left = Date.parse(expiresAt) - now.getTime();
  if (left > 0) {
    // A browser's clock may run behind the server's: it is never more than a day.
    const minutes = Math.min(DAY_MS, Math.ceil(left / MINUTE_MS) * MINUTE_MS) / MINUTE_MS;
    return { state: "open", hours: Math.floor(minutes / 60), minutes: minutes % 60, bars: Math.min(BARS, Math.ceil(left / HOUR_MS)), isShort: left < SHORT_MS };
  }
  const gone = -left;
  if (gone < HOUR_MS) return { state: "shut", unit: "Minutes", count: Math.max(1, Math.floor(gone / MINUTE_MS)) };
  if (gone < 2 * DAY_MS) return { state: "shut", unit: "Hours", count: Math.floor(gone / HOUR_MS) };
  return { state: "shut", unit: "Days", count: Math.floor(gone / DAY_MS) };
}
