import { describe, expect, it } from "vitest";
import { MB, mustConvert, planFile } from "./limits";

describe("planFile", () => {
  it.each([
    ["image/jpeg", 5 * MB, "meta", { as: "image" }],
    ["image/jpeg", 5 * MB + 1, "meta", { fault: "large", most: 5 * MB, canShrink: true }],
    ["video/mp4", 16 * MB, "twilio", { as: "video" }],
    ["video/mp4", 17 * MB, "meta", { as: "document" }],
    ["video/mp4", 17 * MB, "twilio", { fault: "large", most: 16 * MB, canShrink: false }],
    ["audio/ogg; codecs=opus", 1, "meta", { as: "audio" }],
    ["application/pdf", 100 * MB, "meta", { as: "document" }],
    ["application/pdf", 100 * MB + 1, "meta", { fault: "large", most: 100 * MB, canShrink: false }],
    ["application/pdf", 17 * MB, "twilio", { fault: "large", most: 16 * MB, canShrink: false }],
    ["", 10, "meta", { as: "document" }],
    ["image/png", 0, "meta", { fault: "empty" }],
  ] as const)("%s of %i bytes at %s", (type, size, provider, plan) => {
    expect(planFile({ type, size }, provider)).toEqual(plan);
  });

  it("converts pictures that WhatsApp does not carry", () => {
    expect(["image/webp", "image/gif", "image/heic"].every(mustConvert)).toBe(true);
    expect(["image/jpeg", "image/png", "image/svg+xml", "application/pdf"].some(mustConvert)).toBe(false);
  });
});
