import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { aConversation, aMessage } from "@/test/samples";
import type { LiveEvent } from "./events";
import { type ConnectionState, delayOf, keepSubscribed } from "./socket";

/** The far end of a socket: what the page sent, and ways to answer. */
class Line {
  sent: Record<string, unknown>[] = [];
  onopen: (() => void) | null = null;
  onmessage: ((message: { data: string }) => void) | null = null;
  onclose: (() => void) | null = null;
  constructor(readonly ticket: string) {}
  send(frame: string) {
    this.sent.push(JSON.parse(frame) as Record<string, unknown>);
  }
  close() {
    this.onclose?.();
  }
  accept(cursor = "c1") {
    this.onopen?.();
    this.say({ type: "subscribed", data: { channels: [], cursor } });
  }
  say(event: object) {
    this.onmessage?.({ data: JSON.stringify(event) });
  }
}

function start() {
  const lines: Line[] = [];
  const states: ConnectionState[] = [];
  const events: LiveEvent[] = [];
  const onGap = vi.fn();
  let tickets = 0;
  const getTicket = vi.fn(() => Promise.resolve(`t${++tickets}`));
  const subscription = keepSubscribed({
    getTicket,
    open: (ticket) => {
      const line = new Line(ticket);
      lines.push(line);
      return line as unknown as WebSocket;
    },
    channels: ["ws:restaurant:w:messages"],
    onEvent: (event) => events.push(event),
    onState: (state) => states.push(state),
    onGap,
    random: () => 0.5,
  });
  const line = (index: number) => {
    const found = lines[index];
    if (!found) throw new Error(`no connection ${index}`);
    return found;
  };
  return { lines, line, states, events, onGap, getTicket, subscription };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());
const settle = () => vi.advanceTimersByTimeAsync(0);

describe("keepSubscribed", () => {
  it("subscribes with a ticket and no cursor, and asks once for what was fetched before", async () => {
    const { line, states, onGap } = start();
    await settle();
    line(0).accept();
    expect(line(0).ticket).toBe("t1");
    expect(line(0).sent).toEqual([{ action: "subscribe", channels: ["ws:restaurant:w:messages"], cursor: null }]);
    expect(states).toEqual(["connecting", "live"]);
    expect(onGap).toHaveBeenCalledTimes(1);
  });

  it("resumes from the last cursor with a new ticket, without fetching anew", async () => {
    const { line, states, events, onGap } = start();
    await settle();
    line(0).accept("c1");
    const data = { message: aMessage({ id: "m1" }), conversation: aConversation({}) };
    line(0).say({ type: "message.received", data, cursor: "c7" });
    line(0).close();
    expect(states.at(-1)).toBe("waiting");
    await vi.advanceTimersByTimeAsync(500);
    line(1).accept("c7");
    expect(line(1).ticket).toBe("t2");
    expect(line(1).sent[0]).toMatchObject({ cursor: "c7" });
    expect(events.map((event) => event.type)).toEqual(["message.received"]);
    expect(states.at(-1)).toBe("live");
    expect(onGap).toHaveBeenCalledTimes(1);
  });

  it("waits longer each time, up to half a minute, and starts over once it is live", async () => {
    expect([0, 1, 2, 9].map((tries) => delayOf(tries, 1))).toEqual([500, 1000, 2000, 30_000]);
    expect(delayOf(3, 0)).toBe(2000);
    const { lines, line, getTicket } = start();
    getTicket.mockRejectedValueOnce(new Error("offline")).mockRejectedValueOnce(new Error("offline"));
    await settle();
    line(0).close();
    await vi.advanceTimersByTimeAsync(delayOf(0, 0.5));
    expect(getTicket).toHaveBeenCalledTimes(2);
    await vi.advanceTimersByTimeAsync(delayOf(1, 0.5) - 1);
    expect(getTicket).toHaveBeenCalledTimes(2);
    await vi.advanceTimersByTimeAsync(1 + delayOf(2, 0.5));
    expect(lines).toHaveLength(2);
    line(1).accept();
    line(1).close();
    await vi.advanceTimersByTimeAsync(delayOf(0, 0.5));
    expect(lines).toHaveLength(3);
  });

  it("fetches anew when the server cannot resume, or says what this page does not understand", async () => {
    const { line, events, onGap } = start();
    await settle();
    line(0).accept();
    line(0).say({ type: "resync", reason: "cursor_too_old", cursor: "c90" });
    line(0).say({ type: "message.received", data: { message: { id: 5 } }, cursor: "c91" });
    expect(onGap).toHaveBeenCalledTimes(3);
    expect(events).toEqual([]);
    line(0).close();
    await vi.advanceTimersByTimeAsync(500);
    line(1).accept();
    expect(line(1).sent[0]).toMatchObject({ cursor: "c90" });
  });

  it("notices a silent connection by ping", async () => {
    const { line, lines, states } = start();
    await settle();
    line(0).accept();
    await vi.advanceTimersByTimeAsync(25_000);
    expect(line(0).sent.at(-1)).toEqual({ action: "ping" });
    line(0).say({ type: "pong", data: {} });
    await vi.advanceTimersByTimeAsync(25_000 + 9_000);
    expect(lines).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(states.at(-1)).toBe("waiting");
    await vi.advanceTimersByTimeAsync(500);
    expect(lines).toHaveLength(2);
  });

  it("tries at once when told to, and never after it is closed", async () => {
    const { lines, line, subscription } = start();
    await settle();
    line(0).close();
    subscription.retryNow();
    await settle();
    expect(lines).toHaveLength(2);
    subscription.close();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(lines).toHaveLength(2);
  });

  it("lets go at once of a connection over a network that is gone, and resumes it when it is back", async () => {
    const { line, lines, states, subscription } = start();
    await settle();
    line(0).accept("c1");
    subscription.drop();
    expect(states.at(-1)).toBe("waiting");
    subscription.retryNow();
    await settle();
    expect(lines).toHaveLength(2);
    line(1).accept("c2");
    expect(line(1).sent[0]).toMatchObject({ action: "subscribe", cursor: "c1" });
    expect(states.at(-1)).toBe("live");
  });

  it("begins anew when the network is back, whatever became of a ticket asked for before", async () => {
    const { lines, line, getTicket, subscription } = start();
    await settle();
    line(0).accept("c1");
    let answerLate: (ticket: string) => void = () => undefined;
    getTicket.mockImplementationOnce(() => new Promise((resolve) => (answerLate = resolve)));
    subscription.drop();
    await vi.advanceTimersByTimeAsync(1_000);
    subscription.retryNow();
    await settle();
    expect(lines).toHaveLength(2);
    answerLate("late");
    await settle();
    expect(lines.map(({ ticket }) => ticket)).not.toContain("late");
  });
});
