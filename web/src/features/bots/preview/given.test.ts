import { describe, expect, it } from "vitest";
import { readFields } from "./PersonDialog";
import { thingOf } from "./PhoneComposer";

describe("what is sent besides words", () => {
  it("is a place by its degrees, and somewhere where these are none", () => {
    expect(thingOf("location", "24.5, 46.6")).toEqual({ type: "location", latitude: 24.5, longitude: 46.6 });
    expect(thingOf("location", "99, 46.6")).toMatchObject({ latitude: 24.7136 });
    expect(thingOf("location", "home")).toMatchObject({ latitude: 24.7136 });
  });

  it("has the words that were written below it", () => {
    expect(thingOf("image", "Our table")).toMatchObject({ type: "image", caption: "Our table" });
    expect(thingOf("voice", "")).toEqual({ type: "audio", voice: true });
    expect(thingOf("contacts", "Huda")).toMatchObject({ name: "Huda" });
  });
});

describe("fields of a person", () => {
  it("are read line by line, numbers and yes or no as such", () => {
    expect(readFields("city = Riyadh\nage=31\nvip = true\nzip = 01234\n= nothing\nno line")).toEqual({ city: "Riyadh", age: 31, vip: true, zip: "01234" });
  });
});
