import { beforeEach, describe, expect, it } from "vitest";
import { keepDraft, moveDraft, readDraft } from "./drafts";

describe("a draft of a conversation that another one took up", () => {
  beforeEach(() => sessionStorage.clear());

  it("goes on there, behind what was written there", () => {
    keepDraft("u.old", "half a reply");
    moveDraft("u.old", "u.new");
    expect([readDraft("u.old"), readDraft("u.new")]).toEqual(["", "half a reply"]);
    keepDraft("u.older", "more");
    moveDraft("u.older", "u.new");
    expect(readDraft("u.new")).toBe("half a reply\nmore");
  });

  it("is nothing where nothing was written", () => {
    moveDraft("u.old", "u.new");
    expect(sessionStorage.length).toBe(0);
  });
});
