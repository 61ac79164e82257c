import { describe, expect, it } from "vitest";
import { readTemplate, sayParts } from "./template";

describe("readTemplate", () => {
  it("shows a value by its name, without what only dresses it", () => {
    expect(readTemplate("Hello {{ contact.first_name | default: contact.name | first_name | default: 'friend' }}!")).toEqual([
      { kind: "text", text: "Hello " },
      { kind: "value", text: "contact.first_name" },
      { kind: "text", text: "!" },
    ]);
  });

  it("keeps a filter that makes another value", () => {
    expect(readTemplate("{{ item.value | times: quantity }}")).toEqual([{ kind: "value", text: "item.value | times: quantity" }]);
  });

  it("tells the branches of a rule", () => {
    expect(readTemplate("{% if item %}Another?{% else %}Welcome.{% endif %} Choose.")).toEqual([
      { kind: "if", text: "item" },
      { kind: "text", text: "Another?" },
      { kind: "else", text: "" },
      { kind: "text", text: "Welcome." },
      { kind: "text", text: " Choose." },
    ]);
  });

  it("leaves a text without a template, and one that is broken, as it is", () => {
    expect(readTemplate("ماذا تحب؟")).toEqual([{ kind: "text", text: "ماذا تحب؟" }]);
    expect(readTemplate("50% {{ off")).toEqual([{ kind: "text", text: "50% {{ off" }]);
    expect(readTemplate("  ")).toEqual([]);
  });

  it("reads as one line", () => {
    expect(sayParts(readTemplate("Hello\n{{ name }}, welcome"))).toBe("Hello name , welcome");
  });
});
