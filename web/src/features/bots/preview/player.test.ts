import { describe, expect, it, vi } from "vitest";
import type { PreviewAct, Simulated } from "@/api/models";
import { linesOf } from "./lines";
import { createPlayer, visitedBy } from "./player";
import { settle } from "./settle";
import { after, SETTING, spoken } from "./samples";

const say = (text: string): PreviewAct => ({ type: "say", message: { type: "text", text } });
const tap = (id: string): PreviewAct => ({ type: "say", message: { type: "button_reply", id, title: id } });
const offer = () => after([spoken("buttons", { body: "Which?", buttons: [{ id: "a", title: "A" }] })]);

describe("player", () => {
  it("gives each state back, and an earlier one after a step back", async () => {
    const asked: unknown[] = [];
    const player = createPlayer({
      simulate: async ({ state }) => {
        asked.push(state);
        return { ...after([]), state: { at: asked.length } as never };
      },
      read: () => ({}) as never,
      begin: () => SETTING,
      onPath: () => undefined,
    });
    await player.play(say("one"));
    await player.play(say("two"));
    player.back();
    await player.play(say("three"));
    expect(asked).toEqual([null, { at: 1 }, { at: 1 }]);
    expect(player.get().turns.map((turn) => turn.act)).toEqual([say("one"), say("three")]);
  });

  it("forgets an answer that comes after a new start", async () => {
    let answer: (value: Simulated) => void = () => undefined;
    const onPath = vi.fn();
    const player = createPlayer({ simulate: () => new Promise((resolve) => (answer = resolve)), read: () => ({}) as never, begin: () => SETTING, onPath });
    const played = player.play(say("one"));
    player.restart();
    answer(after([]));
    expect(await played).toBe(false);
    expect(player.get()).toMatchObject({ turns: [], isPlaying: false });
    expect(onPath).toHaveBeenLastCalledWith([]);
  });

  it("lights each step of the draft once, and none of a flow that it called", () => {
    const turn = { act: say("x"), after: after([], [{ path: [["start", null, false], ["ask", "out", true], ["start", null, true], ["other", null, true, "version"]] }]) };
    expect(visitedBy(turn)).toEqual(["start", "ask"]);
    expect(visitedBy(undefined)).toEqual([]);
  });
});

describe("lines", () => {
  it("leave only the last offer to be tapped, until something is said", () => {
    const [, first, , second] = linesOf([{ act: say("x"), after: offer() }, { act: { type: "wait" }, after: offer() }]);
    expect(first).toMatchObject({ kind: "spoken", isLast: false });
    expect(second).toMatchObject({ kind: "spoken", isLast: true });
    const [, tapped] = linesOf([{ act: say("x"), after: offer() }, { act: tap("a"), after: after([]) }]);
    expect(tapped).toMatchObject({ kind: "spoken", isLast: false, tapped: "a" });
  });

  it("say where nothing answers", () => {
    expect(linesOf([{ act: say("x"), after: after([]) }]).map((line) => line.kind)).toEqual(["said", "silence"]);
    expect(linesOf([{ act: say("x"), after: after([], [{ path: [] }]) }]).map((line) => line.kind)).toEqual(["said"]);
  });
});

describe("settle", () => {
  function makeSaver(after: string, dirty: boolean[]) {
    const state = { status: "waiting", error: new Error("no network") };
    const send = vi.fn(async () => void (state.status = after));
    return { get: () => state as never, subscribe: () => () => undefined, send, isDirty: () => dirty.shift() ?? false };
  }

  it("saves until nothing is left", async () => {
    const saver = makeSaver("saved", [true, true, false]);
    await settle(saver);
    expect(saver.send).toHaveBeenCalledTimes(2);
  });

  it("throws where the draft cannot be saved", async () => {
    await expect(settle(makeSaver("offline", [true]))).rejects.toThrow("no network");
  });
});
