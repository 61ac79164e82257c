import { describe, expect, it, vi } from "vitest";
import { noteServerTime, onClockMoved, serverNow } from "./clock";

const HOUR = 3_600_000;
const isNear = (at: Date, ahead: number) => Math.abs(at.getTime() - Date.now() - ahead) < 1_000;

describe("the server's clock", () => {
  it("follows the header, tells of moves, and ignores what is no time", () => {
    const moved = vi.fn();
    const stop = onClockMoved(moved);
    noteServerTime(null);
    noteServerTime("yesterday");
    noteServerTime(new Date(Date.now() + 500).toISOString());
    expect(isNear(serverNow(), 0)).toBe(true);
    expect(moved).not.toHaveBeenCalled();
    noteServerTime(new Date(Date.now() + 23 * HOUR).toISOString());
    expect(isNear(serverNow(), 23 * HOUR)).toBe(true);
    expect(moved).toHaveBeenCalledTimes(1);
    stop();
    noteServerTime(new Date().toISOString());
    expect(isNear(serverNow(), 0)).toBe(true);
    expect(moved).toHaveBeenCalledTimes(1);
  });
});
