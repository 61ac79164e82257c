import { describe, expect, it } from "vitest";
import { NEWS, NEWS_NAMES, pastOf } from "./told";
import type { Person } from "./world";

const now = new Date("2026-11-20T09:00:00Z");
const person = { number: "+966500000101", user_id: "SA.1", name: "Noura" } as Person;

describe("what WhatsApp is made to say", () => {
  it("has a field and a value for each news", () => {
    for (const name of NEWS_NAMES) {
      const { field, value } = NEWS[name]({ person, name: "Qamar", now });
      expect(field).toMatch(/^[a-z_]+$/u);
      expect(Object.keys(value).length).toBeGreaterThan(0);
    }
  });

  it("says of a person's wish whose it is, also of who hides the number", () => {
    const [known] = NEWS.stop({ person, name: "", now }).value.user_preferences as unknown[];
    expect(known).toMatchObject({ wa_id: "966500000101", user_id: "SA.1", value: "stop", timestamp: 1795165200 });
    const [hidden] = NEWS.resume({ person: { ...person, number: null }, name: "", now }).value.user_preferences as unknown[];
    expect(hidden).not.toHaveProperty("wa_id");
    expect(hidden).toMatchObject({ user_id: "SA.1", value: "resume" });
  });
});

describe("pastOf", () => {
  it("is what was said and the answer a minute later; what is empty was not said", () => {
    expect(pastOf(" Open? ", "Yes", "day").messages).toEqual([
      { sender: "person", seconds_ago: 86_400, text: "Open?" },
      { sender: "owner", seconds_ago: 86_340, text: "Yes" },
    ]);
    expect(pastOf("", "We are open", "hour").messages.map(({ sender }) => sender)).toEqual(["owner"]);
    expect(pastOf(" ", "", "month").messages).toEqual([]);
  });
});
