import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ApiError } from "@/api/errors";
import type { Flow } from "@/api/models";
import type { Doc } from "../model/doc";
import type { Kept } from "./kept";
import { createSaver } from "./saver";

const docOf = (name: string) => ({ name, nodes: [], edges: [], comments: [] }) as unknown as Doc;
const flowOf = (doc: Doc, revision: number) => ({ blueprint: doc, revision, updated_at: "2026-11-20T09:41:00Z", updated_by: { id: "1", name: "Sara" } }) as Flow;

/** A server with one draft, somebody who edits it, and a browser that keeps. */
function scene() {
  const world = { doc: docOf("one"), stored: docOf("one"), revision: 1, isOnline: true, losesAnswer: false, isOwn: false, kept: null as Kept | null, saves: 0, loads: 0, isEnough: true, before: null as Doc | null };
  const saver = createSaver(flowOf(world.stored, 1), {
    save: async (doc, base) => {
      world.saves += 1;
      if (!world.isOnline) throw new ApiError("offline", "", 0);
      if (base !== world.revision) throw new ApiError("draft_changed", "", 409);
      world.stored = structuredClone(doc);
      world.revision += 1;
      if (world.losesAnswer) throw new ApiError("offline", "", 0);
      return flowOf(doc, world.revision);
    },
    load: async () => {
      world.loads += 1;
      return flowOf(world.stored, world.revision);
    },
    isOwn: () => world.isOwn,
    read: () => world.doc,
    take: (doc, before) => Object.assign(world, { doc, before }),
    show: (doc) => Object.assign(world, { doc }),
    onSaved: () => world.isEnough,
    keep: (kept) => (world.kept = kept),
    forget: () => (world.kept = null),
  });
  const write = (name: string) => {
    world.doc = docOf(name);
    saver.touch();
  };
  return { world, saver, write };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe("the saver", () => {
  it("looks once more at what it saved where the answer says too little, and not while one goes on typing", async () => {
    const { world, write } = scene();
    write("two");
    await vi.advanceTimersByTimeAsync(600);
    expect([world.saves, world.loads]).toEqual([1, 0]);
    world.isEnough = false;
    write("three");
    await vi.advanceTimersByTimeAsync(600);
    expect([world.saves, world.loads]).toEqual([2, 1]);
  });

  it("saves once after several changes, and what is typed meanwhile after that", async () => {
    const { world, saver, write } = scene();
    write("two");
    write("three");
    expect(world.kept?.doc.name).toBe("three");
    await vi.advanceTimersByTimeAsync(600);
    expect([world.stored.name, world.saves, saver.get().status, world.kept]).toEqual(["three", 1, "saved", null]);
    write("four");
    const sent = saver.send();
    write("five");
    await sent;
    await vi.advanceTimersByTimeAsync(600);
    expect([world.stored.name, saver.get().revision]).toEqual(["five", 4]);
  });

  it("keeps what cannot be sent, and sends it when the network is back", async () => {
    const { world, saver, write } = scene();
    world.isOnline = false;
    write("two");
    await vi.advanceTimersByTimeAsync(600);
    expect([saver.get().status, world.kept?.doc.name]).toEqual(["offline", "two"]);
    write("three");
    await vi.advanceTimersByTimeAsync(600);
    expect([saver.get().status, world.kept?.doc.name]).toEqual(["offline", "three"]);
    world.isOnline = true;
    await vi.advanceTimersByTimeAsync(30_000);
    expect([saver.get().status, world.stored.name, world.kept]).toEqual(["saved", "three", null]);
  });

  it("never overwrites somebody else, and goes on from what was agreed", async () => {
    const { world, saver, write } = scene();
    Object.assign(world, { stored: docOf("theirs"), revision: 2 });
    write("mine");
    await vi.advanceTimersByTimeAsync(600);
    expect([saver.get().status, saver.get().theirs?.blueprint.name, world.stored.name, world.kept?.doc.name]).toEqual(["clash", "theirs", "theirs", "mine"]);
    write("mine still");
    await vi.advanceTimersByTimeAsync(5_000);
    expect(world.stored.name).toBe("theirs");
    world.doc = docOf("joined");
    const theirs = saver.get().theirs;
    if (theirs) saver.rebase(theirs);
    await vi.advanceTimersByTimeAsync(600);
    expect([saver.get().status, world.stored.name, saver.get().revision]).toEqual(["saved", "joined", 3]);
  });

  it("takes up what a colleague saved only where nothing of one's own would be lost", async () => {
    const { world, saver, write } = scene();
    Object.assign(world, { stored: docOf("theirs"), revision: 2 });
    expect((await saver.refresh())?.revision).toBe(2);
    expect([world.doc.name, world.before?.name]).toEqual(["theirs", "one"]);
    Object.assign(world, { stored: docOf("theirs again"), revision: 3 });
    write("mine");
    expect(await saver.refresh()).toBeNull();
    expect(world.doc.name).toBe("mine");
  });

  it("asks about what was kept from an earlier visit, when others saved since", async () => {
    const { saver, world } = scene();
    saver.resume({ revision: 0, base: docOf("zero"), doc: docOf("kept") });
    expect([saver.get().status, saver.base().name, world.doc.name]).toEqual(["clash", "zero", "kept"]);
  });

  it("asks again after one more reload: what it keeps says what it grew out of", async () => {
    const { saver, world } = scene();
    saver.resume({ revision: 0, base: docOf("zero"), doc: docOf("kept") });
    saver.stop();
    expect(world.kept).toMatchObject({ revision: 0, base: { name: "zero" }, doc: { name: "kept" } });
  });

  it("holds what was kept against the newest draft, not the one that was opened", async () => {
    const { saver, world, write } = scene();
    write("two");
    await vi.advanceTimersByTimeAsync(600);
    saver.resume({ revision: 1, base: docOf("one"), doc: docOf("two") });
    expect([saver.get().status, saver.get().revision, world.kept]).toEqual(["saved", 2, null]);
    saver.resume({ revision: 1, base: docOf("one"), doc: docOf("kept") });
    expect(saver.get().theirs?.blueprint.name).toBe("two");
  });

  it("knows what an earlier page had sent, when one typed on before that came to light", async () => {
    const { saver, world, write } = scene();
    Object.assign(world, { stored: docOf("kept"), revision: 2 }); // on its way when the page was left
    saver.resume({ revision: 1, base: docOf("one"), doc: docOf("kept") });
    write("kept and more");
    await vi.advanceTimersByTimeAsync(2_000);
    expect([saver.get().status, world.stored.name]).toEqual(["saved", "kept and more"]);
  });

  it("knows its own work again, when the answer to a save was lost and one typed on", async () => {
    const { world, saver, write } = scene();
    world.losesAnswer = true;
    write("two");
    await vi.advanceTimersByTimeAsync(600);
    expect([saver.get().status, world.stored.name]).toEqual(["offline", "two"]);
    world.losesAnswer = false;
    write("three");
    await vi.advanceTimersByTimeAsync(5_000);
    expect([saver.get().status, world.stored.name, saver.get().revision, world.kept]).toEqual(["saved", "three", 3, null]);
  });

  it("knows it again after a reload in the middle of a save", async () => {
    const { saver } = scene();
    saver.resume({ revision: 0, base: docOf("zero"), doc: docOf("one") });
    expect([saver.get().status, saver.isDirty()]).toEqual(["saved", false]);
  });

  it("joins what oneself saved in another tab, where nothing of it was changed here too", async () => {
    const { world, saver } = scene();
    const [mine, theirs] = [{ ...docOf("one"), description: "mine" }, { ...docOf("theirs") }];
    Object.assign(world, { isOwn: true, stored: theirs, revision: 2, doc: mine });
    saver.touch();
    await vi.advanceTimersByTimeAsync(2_000);
    expect([saver.get().status, world.stored]).toEqual(["saved", { ...theirs, description: "mine" }]);
    Object.assign(world, { stored: docOf("theirs again"), revision: 5, doc: { ...mine, name: "mine too" } });
    saver.touch();
    await vi.advanceTimersByTimeAsync(2_000);
    expect([saver.get().status, world.stored.name]).toEqual(["clash", "theirs again"]);
  });
});
