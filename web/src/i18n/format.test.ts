import { describe, expect, it } from "vitest";
import { createFormat } from "./format";

const en = createFormat("en", "Asia/Riyadh");
const ar = createFormat("ar", "Asia/Riyadh");
const now = new Date("2026-11-20T12:00:00Z");

describe("format", () => {
  it("speaks in the workspace's time zone", () => {
    expect(en.time("2026-11-20T06:41:00Z")).toBe("09:41");
    expect(en.dayKey("2026-11-19T22:30:00Z")).toBe("2026-11-20");
    expect(createFormat("en", "America/New_York").time("2026-11-20T06:41:00Z")).toBe("01:41");
  });

  it("writes Western digits and the Gregorian calendar in both languages", () => {
    expect(ar.time("2026-11-20T06:41:00Z")).toBe("09:41");
    expect(ar.date("2026-11-20T06:41:00Z")).toBe("20 نوفمبر 2026");
    expect(ar.number(1842)).toBe("1,842");
    expect(en.number(1842)).toBe("1,842");
  });

  it("names the zone by its distance", () => {
    expect(en.zone(now)).toBe("GMT+3");
  });

  it("is short in lists: the time today, then the weekday, then the date", () => {
    expect(en.short("2026-11-20T06:41:00Z", now)).toBe("09:41");
    expect(en.short("2026-11-18T06:41:00Z", now)).toBe("Wed");
    expect(en.short("2026-10-02T06:41:00Z", now)).toBe("2 Oct");
    expect(en.short("2025-10-02T06:41:00Z", now)).toBe("2 Oct 2025");
  });

  it("says an amount in the smallest unit as money, with the sign on its side", () => {
    expect(en.money(5800, "SAR")).toBe("SAR 58.00");
    expect(ar.money(5800, "SAR")).toBe("58.00 ر.س");
    expect(en.money(1_234_500, "SAR", 2)).toBe("SAR 12,345.00");
    expect(en.money(3765, "KWD", 3)).toBe("KWD 3.765");
    expect(en.money(1500, "JPY")).toBe("JPY 1,500");
    expect(ar.money(100, "not a currency")).toBe("1.00 not a currency");
  });

  it("says how long something took", () => {
    expect([5, 65, 3605].map(en.duration)).toEqual(["0:05", "1:05", "1:00:05"]);
  });

  it("names languages, and leaves a code that is none as it is", () => {
    expect(en.languageName("ar")).toBe("Arabic");
    expect(ar.languageName("en")).toBe("الإنجليزية");
    expect(en.languageName("not a code")).toBe("not a code");
  });
});
