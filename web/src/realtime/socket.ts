import { type LiveEvent, readFrame } from "./events";

/** `connecting`: the first try of the page · `live`: subscribed · `waiting`: lost, trying again. */
export type ConnectionState = "connecting" | "live" | "waiting";

export type SocketOptions = {
  /** A single-use ticket for the next connection. */
  getTicket: () => Promise<string>;
  /** Opens a socket with a ticket. */
  open: (ticket: string) => WebSocket;
  channels: readonly string[];
  onEvent: (event: LiveEvent) => void;
  onState: (state: ConnectionState) => void;
  /** What this page knows may have gaps: fetch it anew. Called after the first subscription too, for what was fetched before it. */
  onGap: () => void;
  /** 0 ≤ x < 1; spreads the reconnects of many pages. */
  random?: () => number;
};

const FIRST_DELAY_MS = 500;
const LONGEST_DELAY_MS = 30_000;
const PING_EVERY_MS = 25_000;
const PONG_WITHIN_MS = 10_000;

/** Half of an exponential step, plus up to as much again by chance: 0.25–0.5 s, 0.5–1 s, … 15–30 s. */
export function delayOf(tries: number, random: number): number {
  const step = Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** tries);
  return step / 2 + (step / 2) * random;
}

/**
 * Keeps one subscription alive until `close`. After a break it resumes from the last cursor, so that nothing is missed or applied twice;
 * where the server cannot resume, or says something unreadable, `onGap` asks for fresh data. A silent connection is noticed by ping.
 */
export function keepSubscribed(options: SocketOptions): { close: () => void; retryNow: () => void; drop: () => void } {
  const random = options.random ?? Math.random;
  let socket: WebSocket | null = null;
  let cursor: string | null = null;
  let hasSubscribed = false;
  let tries = 0;
  let isClosed = false;
  let attempt = 0;
  let retryTimer: ReturnType<typeof setTimeout> | undefined;
  let pingTimer: ReturnType<typeof setTimeout> | undefined;

  const send = (message: object) => socket?.send(JSON.stringify(message));

  const stopTimers = () => {
    clearTimeout(retryTimer);
    clearTimeout(pingTimer);
  };

  const expectPong = () => {
    send({ action: "ping" });
    pingTimer = setTimeout(() => lose(socket), PONG_WITHIN_MS);
  };
  const planPing = () => {
    clearTimeout(pingTimer);
    pingTimer = setTimeout(expectPong, PING_EVERY_MS);
  };

  const handle = (frame: string) => {
    planPing(); // whatever it says, it is alive
    const event = readFrame(frame);
    if ("cursor" in event && event.cursor) cursor = event.cursor;
    switch (event.type) {
      case "pong":
        return;
      case "subscribed":
        if (!hasSubscribed) options.onGap();
        hasSubscribed = true;
        tries = 0;
        return options.onState("live");
      case "resync":
      case "unreadable":
        return options.onGap();
      case "live":
        return options.onEvent(event.event);
    }
  };
  const lose = (lost: WebSocket | null) => {
    if (isClosed || lost !== socket) return;
    socket = null;
    lost?.close();
    stopTimers();
    options.onState("waiting");
    retryTimer = setTimeout(() => void open(), delayOf(tries, random()));
    tries += 1;
  };

  const open = async () => {
    if (isClosed || socket) return;
    attempt += 1;
    const mine = attempt;
    let ticket: string | null;
    try {
      ticket = await options.getTicket();
    } catch {
      ticket = null;
    }
    // A later attempt goes on instead: this one may have hung on a network that was gone.
    if (isClosed || mine !== attempt) return;
    if (ticket === null) return lose(null);
    const opened = options.open(ticket);
    socket = opened;
    opened.onopen = () => send({ action: "subscribe", channels: options.channels, cursor });
    opened.onmessage = (message: MessageEvent<unknown>) => opened === socket && handle(String(message.data));
    opened.onclose = () => lose(opened);
    planPing();
  };

  options.onState("connecting");
  void open();

  return {
    close: () => {
      isClosed = true;
      stopTimers();
      socket?.close();
      socket = null;
    },
    /** For the moment the browser goes offline: a connection over a dead network would look alive until the next ping. */
    drop: () => {
      if (socket) lose(socket);
    },
    /** For the moment the browser comes back online: no waiting for the timer. */
    retryNow: () => {
      if (socket) return;
      clearTimeout(retryTimer);
      tries = 0;
      void open();
    },
  };
}
