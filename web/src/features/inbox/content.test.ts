import { describe, expect, it } from "vitest";
import { readContent } from "./content";

const file = { media_id: "1", mime_type: "image/png", sha256: null, caption: null, filename: null, voice: false, animated: false, state: "pending", url: null } as const;

describe("readContent", () => {
  it("reads files of every kind alike, and those that came with them", () => {
    const read = readContent({ type: "audio", content: { ...file, voice: true, more: [{ ...file, type: "video" }, { ...file, type: "hologram" }] } });
    expect(read).toMatchObject({ kind: "file", as: "audio", isVoice: true, state: "pending", more: [{ as: "video" }] });
  });

  it("reads cards by their numbers, in whatever form they have them", () => {
    const contacts = [{ name: "هدى", phones: [{ phone: "+966 50 222 3344", wa_id: "966502223344" }] }, { name: null, origin: "contact_request", phones: [{ wa_id: "966502223344" }, {}] }];
    expect(readContent({ type: "contacts", content: { contacts } })).toEqual({
      kind: "contacts",
      cards: [
        { name: "هدى", phones: ["+966 50 222 3344"], emails: [], company: null, isOwn: false },
        { name: null, phones: ["+966502223344"], emails: [], company: null, isOwn: true },
      ],
    });
  });

  it("lays out whatever a form gave as rows", () => {
    const rows = (answer: unknown) => {
      const read = readContent({ type: "form_reply", content: { name: "flow", body: "Sent", answer } as never });
      return read.kind === "form" ? read.rows : null;
    };
    expect(rows({ day: "Friday", guests: 4 })).toEqual([["day", "Friday"], ["guests", 4]]);
    expect(rows([1, "two"])).toEqual([["0", 1], ["1", "two"]]);
    expect(rows(7)).toEqual([["", 7]]);
    expect(rows(null)).toEqual([]);
  });

  it("shows what does not fit its type as it came", () => {
    const content = { items: "none" };
    expect(readContent({ type: "order", content })).toEqual({ kind: "unsupported", type: "order", of: null, raw: content });
  });
});
