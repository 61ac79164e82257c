import { describe, expect, it, vi } from "vitest";
import type { PreviewAct, Simulated } from "@/api/models";
import { linesOf } from "./lines";
import { actsOf, changedBy, createPlayer, pathOf, sinceActed } from "./player";
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
    expect(onPath).toHaveBeenLastCalledWith({ steps: [], exits: [] });
  });

  it("lights each step of the draft once, and none of a flow that it called", () => {
    const turn = { act: say("x"), after: after([], [{ path: [["start", null, false], ["ask", "out", true], ["start", null, true], ["other", null, true, "version"]] }]) };
    expect(pathOf([turn])).toEqual({ steps: ["start", "ask"], exits: ["ask out"] });
    expect(pathOf([])).toEqual({ steps: [], exits: [] });
  });

  it("lights the whole way from what somebody did, through what other systems answered", () => {
    const turn = (act: PreviewAct, ...path: unknown[]) => ({ act, after: after([], [{ path }]) });
    const turns = [turn(say("x"), ["old", null, true]), turn(say("y"), ["start", "next", false], ["ask", null, true]), turn({ type: "perform", by: "real" }, ["ask", "ok", true], ["thanks", null, true])];
    expect(pathOf(sinceActed(turns))).toEqual({ steps: ["start", "ask", "thanks"], exits: ["start next", "ask ok"] });
    expect(sinceActed([])).toEqual([]);
  });

  it("tells what the last act set, as it was first and is now", () => {
    const turn = { act: say("x"), after: after([], [{ path: [], set: { count: [1, 2], name: [null, "a"] } }, { path: [], set: { count: [2, 3] } }]) };
    expect(changedBy(turn)).toEqual([{ name: "count", before: 1, after: 3 }, { name: "name", before: null, after: "a" }]);
  });
});

describe("answers of other systems", () => {
  const asks = (kind: string, is_safe: boolean) => after([], [], { wait: { type: "effect", node_id: "look", due_at: null, request: {} }, state: { effect: { kind, is_safe } } as never });
  const performed = (result: Record<string, unknown>) => ({ ...after([spoken("text", { body: "found" })]), acts: [{ spoken: [], traces: [], crashes: [], changes: [], performed: { source: "real" as const, result: result as never, seconds: 0.1 } }] });
  const start = (...replies: Simulated[]) => {
    const acts: PreviewAct[] = [];
    const simulate = async (given: { acts?: PreviewAct[] }) => {
      acts.push(...(given.acts ?? []));
      return replies.shift() ?? after([]);
    };
    return { acts, player: createPlayer({ simulate, read: () => ({}) as never, begin: () => SETTING, onPath: () => undefined }) };
  };

  it("wait for whoever plays, until an example or the system itself shall answer", async () => {
    const { acts, player } = start(asks("http_request", true), performed({ ok: true }));
    await player.play(say("x"));
    expect(acts).toHaveLength(1);
    await player.answerBy("real");
    expect(acts.at(-1)).toEqual({ type: "perform", by: "real" });
    expect(actsOf(player.get().turns)).toEqual([say("x"), { type: "answer", result: { ok: true } }]);
  });

  it("come by themselves, but for what may not be sent twice", async () => {
    const { acts, player } = start(asks("http_request", false));
    await player.answerBy("real");
    await player.play(say("x"));
    expect(acts).toEqual([say("x")]);
    await player.answerBy("example");
    expect(acts.at(-1)).toEqual({ type: "perform", by: "example" });
  });

  it("do not go on for ever", async () => {
    const { acts, player } = start(...Array.from({ length: 50 }, () => asks("http_request", true)));
    await player.answerBy("real");
    await player.play(say("x"));
    expect(acts.length).toBeLessThan(25);
  });

  it("of files are examples, also where all else is real", async () => {
    const { acts, player } = start(asks("fetch_file", true));
    await player.answerBy("real");
    await player.play(say("x"));
    expect(acts.at(-1)).toEqual({ type: "perform", by: "example" });
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
