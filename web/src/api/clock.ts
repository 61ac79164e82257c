/**
 * Domain time, as the server tells it. It differs from this browser's only where a development clock was moved:
 * then every answer carries `X-Hoopoe-Now`.
 */
const NOTICEABLE_MS = 2_000;

let ahead = 0;
const listeners = new Set<() => void>();

export function noteServerTime(header: string | null): void {
  const told = header === null ? Number.NaN : Date.parse(header);
  if (Number.isNaN(told)) return;
  const found = told - Date.now();
  if (Math.abs(found - ahead) < NOTICEABLE_MS) return;
  ahead = found;
  for (const listener of listeners) listener();
}

export function serverNow(): Date {
  return new Date(Date.now() + ahead);
}

/** Calls back when the clock was moved; returns how to stop. */
export function onClockMoved(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
