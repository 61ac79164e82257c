import { describe, expect, it } from "vitest";
import type { DeadLetterDetails } from "@/api/models";
import { bodyOf, withBody } from "./content";

const letter = (content: unknown, can_edit = true) => ({ can_edit, payload: { content } }) as unknown as DeadLetterDetails;

describe("editing a letter", () => {
  it("changes the text and leaves the buttons", () => {
    const buttons = [{ id: "yes", title: "نعم" }];
    const held = letter({ type: "buttons", body: "نبقيه؟", buttons });
    expect(bodyOf(held)).toBe("نبقيه؟");
    expect(withBody(held, "هل نبقيه؟")).toEqual({ type: "buttons", buttons: { body: "هل نبقيه؟", buttons } });
    expect(withBody(letter({ type: "text", body: "a" }), "b")).toEqual({ type: "text", text: { body: "b" } });
  });

  it("offers nothing where there is no text of ours", () => {
    expect(bodyOf(letter({ type: "text", body: "a" }, false))).toBeNull();
    expect(bodyOf(letter(null))).toBeNull();
    expect(withBody(letter({ type: "template", body: "a" }), "b")).toBeNull();
  });
});
