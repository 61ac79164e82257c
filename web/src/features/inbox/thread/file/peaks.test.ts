import { expect, it } from "vitest";
import { BARS, peaksOf } from "./peaks";

it("is as loud as the sound, from its beginning to its end, against its loudest", () => {
  const sound = Float32Array.from({ length: 400 }, (_, at) => (at < 100 ? 0.1 : at < 200 ? -0.5 : at < 300 ? 0.25 : 0));
  expect(peaksOf(sound, 4).map((peak) => Math.round(peak * 100) / 100)).toEqual([0.2, 1, 0.5, 0]);
});

it("is flat where nothing is heard, also in what is shorter than its bars", () => {
  expect(peaksOf(new Float32Array(1000))).toEqual(Array.from({ length: BARS }, () => 0));
  expect(peaksOf(new Float32Array(3))).toHaveLength(BARS);
});
