import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Flow } from "@/api/models";
import type { Doc } from "../model/doc";
import { inherit } from "./inherit";
import { createSlot, forgetAll, hasKept } from "./kept";
import { createRoll } from "./live";
import { createSaver } from "./saver";

const docOf = (change: object) => ({ name: "one", nodes: [], edges: [], comments: [], ...change }) as unknown as Doc;
const flowOf = (doc: Doc, revision: number) => ({ blueprint: doc, revision, updated_at: "2026-11-20T09:41:00Z", updated_by: { id: "huda", name: "Huda" } }) as Flow;

/** What a tab has of its own: it survives a reload, and is copied with the tab. */
function tabStorage(copied?: Storage): Storage {
  const kept = new Map<string, string>(Object.entries((copied as unknown as { all?: object } | undefined)?.all ?? {}) as [string, string][]);
  return { getItem: (key: string) => kept.get(key) ?? null, setItem: (key: string, text: string) => void kept.set(key, text), get all() { return Object.fromEntries(kept); } } as unknown as Storage;
}

let server = { doc: docOf({}), revision: 1, isOnline: true };
let ends: (() => void)[] = [];

/** A page that has the draft open, in a tab. `crash` is the end that nobody announces. */
function openPage(tab = tabStorage(), user = "huda") {
  const pages = createRoll();
  const joined = new Set<string>();
  const roll = { ...pages, join: (place: string) => (joined.add(place), pages.join(place)) };
  const slot = createSlot(user, "bot", { roll, tab: () => tab });
  const page = { doc: server.doc, told: 0, tab };
  const saver = createSaver(flowOf(server.doc, server.revision), {
    save: async (doc, base) => {
      if (!server.isOnline || base !== server.revision) throw new Error("no");
      server = { ...server, doc, revision: server.revision + 1 };
      return flowOf(doc, server.revision);
    },
    load: async () => flowOf(server.doc, server.revision),
    isOwn: () => true,
    read: () => page.doc,
    take: (doc) => void (page.doc = doc),
    show: (doc) => {
      page.doc = doc;
      saver.touch();
    },
    onSaved: () => undefined,
    keep: slot.keep,
    forget: slot.forget,
  });
  const stop = inherit(slot, saver, () => (page.told += 1));
  const crash = () => {
    stop();
    clearTimeouts(saver);
    for (const place of joined) pages.leave(place);
  };
  ends.push(crash);
  return {
    page,
    saver,
    slot,
    crash,
    write: (change: object) => {
      page.doc = docOf({ ...page.doc, ...change });
      saver.touch();
    },
    leave: () => {
      saver.stop();
      slot.leave();
      stop();
    },
  };
}

/** A page that is gone sends nothing any more. */
function clearTimeouts(saver: ReturnType<typeof createSaver>) {
  saver.get().status = "clash";
}

const settled = (check: () => void) => vi.waitFor(check, { timeout: 5_000, interval: 20 });
/** Longer than anybody is waited for. */
const pause = () => new Promise((done) => setTimeout(done, 500));

beforeEach(() => {
  server = { doc: docOf({}), revision: 1, isOnline: true };
  ends = [];
  localStorage.clear();
});
afterEach(() => {
  for (const end of ends) end();
});

describe("what pages keep", () => {
  it("is there again after a reload, at once", () => {
    const one = openPage();
    server.isOnline = false;
    one.write({ name: "two" });
    one.leave();
    const again = openPage(one.page.tab);
    expect([again.page.doc.name, again.page.told]).toEqual(["two", 0]);
  });

  it("is not taken by another open tab, nor by a copy of one's own, nor forgotten with theirs", async () => {
    server.isOnline = false;
    const one = openPage();
    one.write({ name: "two" });
    const other = openPage();
    const copy = openPage(tabStorage(one.page.tab));
    await pause();
    expect([other.page.doc.name, copy.page.doc.name]).toEqual(["one", "one"]);
    other.write({ description: "theirs" });
    other.slot.forget();
    copy.write({ description: "theirs" });
    copy.slot.forget();
    expect(Object.values(localStorage).map((text) => (JSON.parse(String(text)) as { doc: Doc }).doc.name)).toEqual(["two"]);
  });

  it("is taken up when no page answers for it: the newest first, the next when that is saved", async () => {
    server.isOnline = false;
    vi.spyOn(Date, "now").mockReturnValueOnce(1_000).mockReturnValueOnce(2_000);
    const [older, newer] = [openPage(), openPage()];
    older.write({ name: "older" });
    newer.write({ description: "newer" });
    older.crash();
    newer.crash();
    server.isOnline = true;
    const next = openPage();
    const seen: unknown[] = [];
    next.saver.subscribe(() => next.saver.get().status === "saving" && seen.push([next.page.doc.name, (next.page.doc as { description?: string }).description]));
    await settled(() => expect(server.doc).toMatchObject({ name: "older", description: "newer" }));
    expect(seen).toEqual([["one", "newer"], ["older", "newer"]]);
    await settled(() => expect(hasKept("huda")).toBe(false));
    expect(next.page.told, "once, not for each").toBe(1);
  });

  it("goes back to its own tab after a breakdown, though another one is newer", async () => {
    server.isOnline = false;
    vi.spyOn(Date, "now").mockReturnValueOnce(1_000).mockReturnValueOnce(2_000);
    const [one, two] = [openPage(), openPage()];
    one.write({ name: "of one" });
    two.write({ name: "of two" });
    one.crash();
    two.crash();
    const [first, second] = [openPage(one.page.tab), openPage(two.page.tab)];
    await settled(() => expect([first.page.doc.name, second.page.doc.name]).toEqual(["of one", "of two"]));
  });

  it("waits until what one began to write is saved", async () => {
    const gone = openPage();
    server.isOnline = false;
    gone.write({ name: "gone" });
    gone.crash();
    server.isOnline = true;
    const next = openPage();
    next.write({ description: "mine" });
    await settled(() => expect(server.doc).toMatchObject({ name: "gone", description: "mine" }));
  });

  it("is nobody else's, and goes with its user when they wish", async () => {
    const one = openPage();
    server.isOnline = false;
    one.write({ name: "two" });
    one.leave();
    const other = openPage(one.page.tab, "noura");
    await pause();
    expect([other.page.doc.name, hasKept("huda"), hasKept("noura")]).toEqual(["one", true, false]);
    const left = openPage();
    left.write({ name: "being left" });
    forgetAll("huda");
    left.leave();
    expect(localStorage.length).toBe(0);
  });

  it("is not missed where storage and calls between pages are switched off", async () => {
    const off = () => {
      throw new DOMException("no", "SecurityError");
    };
    vi.stubGlobal("localStorage", { get length() { return off(); }, getItem: off, setItem: off, removeItem: off, key: off });
    vi.stubGlobal("BroadcastChannel", function BroadcastChannel() { off(); });
    try {
      const one = openPage({ getItem: off, setItem: off } as unknown as Storage);
      one.write({ name: "two" });
      await settled(() => expect([server.doc.name, one.saver.get().status]).toEqual(["two", "saved"]));
      one.leave();
    } finally {
      vi.unstubAllGlobals();
    }
  });
});
