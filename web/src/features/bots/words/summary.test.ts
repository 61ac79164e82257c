import { describe, expect, it } from "vitest";
import type { Config } from "../editor/model/doc";
import { readFields } from "../editor/model/schema";
import { lineOf } from "../template";
import { plainOf, summarise, type SummaryWords } from "./summary";
import { sayAmount, sayTimeSpan } from "./spans";

const ui = (en: string, ar: string, more: object = {}) => ({ ui: { label: { en, ar }, ...more } });
const option = (value: string, en: string, ar: string) => ({ value, label: { en, ar } });
const schema = {
  properties: {
    method: { enum: ["GET", "POST"], default: "GET", ...ui("Method", "الطريقة", { widget: "select" }) },
    url: { type: "string", default: "", ...ui("Address", "العنوان", { widget: "template" }) },
    left: { type: "string", default: "", ...ui("Value", "القيمة", { widget: "template" }) },
    operator: { enum: ["equals", "is_empty"], default: "equals", ...ui("is", "المقارنة", { widget: "select", options: [option("equals", "equals", "يساوي"), option("is_empty", "is empty", "فارغ")] }) },
    right: { type: "string", default: "", ...ui("With", "مع", { widget: "template" }) },
    add: { type: "array", items: { type: "string" }, ...ui("Put on", "أضف") },
    remove: { type: "array", items: { type: "string" }, ...ui("Take off", "أزل") },
    name: { type: "string", ...ui("Name", "الاسم", { widget: "variable" }) },
    timeout: { anyOf: [{ type: "integer" }, { type: "null" }], default: null, ...ui("Wait", "الانتظار", { widget: "duration" }) },
    hours: {
      type: "array",
      items: { type: "object", properties: { days: { type: "array", items: { enum: ["sun", "mon", "tue", "fri"] }, ...ui("Days", "الأيام", { widget: "multiselect", options: [option("sun", "Sun", "الأحد"), option("mon", "Mon", "الاثنين"), option("tue", "Tue", "الثلاثاء"), option("fri", "Fri", "الجمعة")] }) }, opens: { type: "string", ...ui("Opens", "يفتح") }, closes: { type: "string", ...ui("Closes", "يغلق") } } },
      ...ui("Hours", "الأوقات"),
    },
    long: { anyOf: [{ type: "integer" }, { type: "null" }], default: null, ...ui("How long", "المدة", { widget: "number" }) },
    unit: { enum: ["minutes", "hours"], default: "minutes", ...ui("Unit", "الوحدة", { widget: "select", options: [option("minutes", "minutes", "دقائق"), option("hours", "hours", "ساعات")] }) },
    patience: { anyOf: [{ type: "integer" }, { type: "null" }], default: 300, ...ui("Wait", "الانتظار", { widget: "duration" }) },
    mode: { enum: ["a", "b"], default: "a", ...ui("Mode", "النوع") },
    only_b: { type: "string", ...ui("B", "ب", { when: { mode: ["b"] } }) },
  },
};
const fields = readFields(schema as unknown as Config);
const words = (language: "en" | "ar"): SummaryWords => ({ language, optionWords: ({ value, label }) => label?.[language] ?? value, yes: "yes", no: "no", span: (seconds) => sayTimeSpan(seconds, language), amount: (amount, unit) => sayAmount(amount, unit, language), botName: () => "Shop" });
const say = (summary: string[], config: object, language: "en" | "ar" = "en") => lineOf(summarise(summary, config as Config, fields, words(language), "en"));

describe("summarise", () => {
  it("puts the fields of a group side by side, as their form shows them", () => {
    expect(say(["method url"], { method: "POST", url: "https://x.example/{{ id }}" })).toBe("POST https://x.example/id");
    expect(say(["left operator right"], { left: "{{ age }}", operator: "equals", right: "18" })).toBe("age equals 18");
    expect(say(["left operator right"], { left: "{{ age }}", operator: "is_empty" }, "ar")).toBe("age فارغ");
    expect(say(["name url"], { name: "total", url: "5" })).toBe("total = 5");
  });

  it("says nothing of what is empty, does not count, or is only a default", () => {
    expect(say(["left operator right", "method url"], {})).toBe("");
    expect(say(["only_b"], { only_b: "x" })).toBe("");
    expect(say(["only_b"], { mode: "b", only_b: "x" })).toBe("x");
  });

  it("labels what would not be understood alone, and parts groups", () => {
    expect(say(["add:", "remove:"], { add: ["vip"], remove: ["lead"] })).toBe("Put on: vip · Take off: lead");
    expect(say(["add:", "remove:"], { remove: ["lead"] }, "ar")).toBe("أزل: lead");
  });

  it("says items part by part, and days that follow each other as one", () => {
    const hours = [{ days: ["sun", "mon", "tue"], opens: "09:00", closes: "18:00" }, { days: ["fri"], opens: "18:00", closes: "02:00" }];
    expect(say(["hours[days opens-closes]"], { hours })).toBe("Sun–Tue 09:00–18:00, Fri 18:00–02:00");
    expect(say(["hours[days opens-closes]"], { hours: hours.slice(1) }, "ar")).toBe("الجمعة 18:00–\u200e02:00");
  });

  it("takes a week as a circle", () => {
    const hours = [{ days: ["fri", "sun", "mon"], opens: "09:00", closes: "18:00" }];
    expect(say(["hours[days opens-closes]"], { hours })).toBe("Fri–Mon 09:00–18:00");
  });

  it("leaves out what is as usual where that is asked for", () => {
    expect(say(["method? url"], { method: "GET", url: "x" })).toBe("x");
    expect(say(["method? url"], { method: "POST", url: "x" })).toBe("POST x");
  });

  it("says times in their largest whole unit", () => {
    expect(say(["timeout"], { timeout: 3600 })).toBe("1 hour");
    expect(say(["timeout"], { timeout: 5400 })).toBe("90 minutes");
    expect(say(["timeout"], { timeout: 7200 }, "ar")).toBe("ساعتان");
  });

  it("takes null for a value, not for the default", () => {
    expect(say(["patience"], {})).toBe("5 minutes");
    expect(say(["patience"], { patience: null })).toBe("");
  });

  it("says so many of a unit as people do", () => {
    const hours = (long: number, language: "en" | "ar" = "en") => say(["long*unit"], { long, unit: "hours" }, language);
    expect([hours(1), hours(2)]).toEqual(["1 hour", "2 hours"]);
    expect([1, 2, 3, 11, 100].map((long) => hours(long, "ar"))).toEqual(["ساعة", "ساعتان", "3 ساعات", "11 ساعة", "100 ساعة"]);
    expect(say(["long*unit"], { long: 1 })).toBe("1 minute");
    expect(say(["long*unit"], {})).toBe("");
  });
});

describe("plainOf", () => {
  it("keeps apart what is drawn as pieces of its own", () => {
    const parts = [
      { kind: "text", text: "A keyword · " },
      { kind: "word", text: "quiz" },
      { kind: "word", text: "اختبار" },
      { kind: "text", text: " only" },
    ] as const;
    expect(plainOf(parts, "en")).toBe("A keyword · quiz, اختبار only");
    expect(plainOf(parts, "ar")).toBe("A keyword · quiz، اختبار only");
  });
});
