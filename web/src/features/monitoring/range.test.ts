import { describe, expect, it } from "vitest";
import { instantOf, rangeOf } from "./range";

describe("instantOf", () => {
  it("reads a wall clock in the workspace's zone", () => {
    expect(instantOf("2026-11-20T09:41", "Asia/Riyadh")?.toISOString()).toBe("2026-11-20T06:41:00.000Z");
    expect(instantOf("2026-07-01T00:00", "America/New_York")?.toISOString()).toBe("2026-07-01T04:00:00.000Z");
  });

  it("knows on which side of a change of the clocks it is", () => {
    expect(instantOf("2026-03-29T03:30", "Europe/Berlin")?.toISOString()).toBe("2026-03-29T01:30:00.000Z");
    expect(instantOf("2026-03-29T01:30", "Europe/Berlin")?.toISOString()).toBe("2026-03-29T00:30:00.000Z");
  });

  it("makes nothing of what is no time", () => {
    expect(instantOf("", "Asia/Riyadh")).toBeNull();
    expect(instantOf("yesterday", "Asia/Riyadh")).toBeNull();
  });
});

describe("rangeOf", () => {
  const now = Date.parse("2026-11-20T12:00:00Z");

  it("counts back from now, or takes both ends", () => {
    expect(rangeOf({}, "UTC", now)).toEqual({});
    expect(rangeOf({ period: "hour" }, "UTC", now)).toEqual({ since: "2026-11-20T11:00:00.000Z" });
    expect(rangeOf({ period: "between", from: "2026-11-01T00:00", to: "2026-11-02T00:00" }, "UTC", now)).toEqual({
      since: "2026-11-01T00:00:00.000Z",
      until: "2026-11-02T00:00:00.000Z",
    });
  });

  it("leaves an end open that is not given", () => {
    expect(rangeOf({ period: "between", to: "2026-11-02T00:00" }, "UTC", now)).toEqual({ until: "2026-11-02T00:00:00.000Z" });
  });
});
