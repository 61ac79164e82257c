import { describe, expect, it } from "vitest";
import { windowAt } from "./window";

const now = new Date("2026-11-20T09:00:00Z");
const inMinutes = (minutes: number) => new Date(now.getTime() + minutes * 60_000).toISOString();

describe("windowAt", () => {
  it.each([
    [1192, { hours: 19, minutes: 52, bars: 20, isShort: false }],
    [120, { hours: 2, minutes: 0, bars: 2, isShort: false }],
    [100, { hours: 1, minutes: 40, bars: 2, isShort: true }],
    [38, { hours: 0, minutes: 38, bars: 1, isShort: true }],
    [0.2, { hours: 0, minutes: 1, bars: 1, isShort: true }],
    [1441, { hours: 24, minutes: 0, bars: 24, isShort: false }],
    [1440, { hours: 24, minutes: 0, bars: 24, isShort: false }],
  ])("%d minutes before the end", (minutes, left) => {
    expect(windowAt(inMinutes(minutes), now)).toEqual({ state: "open", ...left });
  });

  it.each([
    [0, "Minutes", 1],
    [-59, "Minutes", 59],
    [-120, "Hours", 2],
    [-47 * 60, "Hours", 47],
    [-72 * 60, "Days", 3],
  ])("%d minutes after the end", (minutes, unit, count) => {
    expect(windowAt(inMinutes(minutes), now)).toEqual({ state: "shut", unit, count });
  });

  it("has never opened for somebody who has not written", () => {
    expect(windowAt(null, now)).toEqual({ state: "never" });
  });
});
