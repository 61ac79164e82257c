import { expect, it } from "vitest";
import { splitSeconds } from "./plan";

it("shows steps in the largest unit that they are whole in", () => {
  expect([60, 300, 1800, 7200, 43_200, 86_400, 90].map(splitSeconds)).toEqual([
    { value: 1, unit: "minutes" },
    { value: 5, unit: "minutes" },
    { value: 30, unit: "minutes" },
    { value: 2, unit: "hours" },
    { value: 12, unit: "hours" },
    { value: 1, unit: "days" },
    { value: 1.5, unit: "minutes" },
  ]);
});
