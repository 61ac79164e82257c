import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { render, screen } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { refusal, serve } from "@/test/server";
import { ScheduleRuns } from "./ScheduleRuns";
import { readTimes } from "./times";

/** A schedule's panel beside a server of a workspace in Berlin, in the night in which clocks go forward. */
function show(schedule: unknown, runs: string[] | null) {
  const asked = serve(() => (runs ? { body: { timezone: "Europe/Berlin", data: runs } } : refusal(500, "internal_error")));
  render(
    <QueryClientProvider client={new QueryClient({ defaultOptions: { queries: { retry: false } } })}>
      <ScheduleRuns schedule={schedule} />
    </QueryClientProvider>,
  );
  return asked;
}

describe("the next runs of a schedule", () => {
  it("are what the server plans, in words and by the workspace's clock on both sides of a change of clocks", async () => {
    const asked = show({ at: "02:30", tags: ["vip"] }, ["2026-03-28T01:30:00Z", "2026-03-29T01:30:00Z", "2026-03-30T00:30:00Z"]);
    const lines = await screen.findAllByRole("listitem");
    expect(lines.map((line) => line.textContent)).toEqual([expect.stringMatching(/Saturday.*28 March.*02:30.*GMT\+1/u), expect.stringMatching(/Sunday.*29 March.*03:30.*GMT\+2/u), expect.stringMatching(/Monday.*30 March.*02:30.*GMT\+2/u)]);
    expect(screen.getByText("Europe/Berlin")).toBeVisible();
    expect(asked.some((call) => call.path.startsWith("/api/schedule-runs"))).toBe(true);
  });

  it("say that there are none, or that they are not known", async () => {
    show({ at: "09:00", weekdays: ["mon"], day_of_month: 31 }, []);
    expect(await screen.findByText("It never runs: no day fits.")).toBeVisible();
  });

  it("say when they could not be worked out", async () => {
    show({ at: "09:00" }, null);
    expect(await screen.findByText("The next runs could not be worked out")).toBeVisible();
  });

  it("are not asked for while the hour is half typed", () => {
    expect(readTimes({ at: "9" })).toBeNull();
    expect(readTimes({ at: "24:00" })).toBeNull();
    expect(readTimes({ at: "09:00", day_of_month: 40 })).toBeNull();
    expect(readTimes({})).toEqual({ at: "09:00" });
    expect(readTimes({ at: "9:00", weekdays: [], day_of_month: 3, tags: ["vip"] })).toEqual({ at: "9:00", day_of_month: 3 });
  });
});
