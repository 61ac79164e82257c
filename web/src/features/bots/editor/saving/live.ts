import { newKey } from "@/api/key";

const ANSWER_MS = 300;
/** A clock that is late by more was held up by this page itself: then the answers may lie there unread. */
const LATE_MS = 60;
const MOST_WAITS = 5;

type Said = { ask?: string; to?: string; here?: string[] };

export type Roll = ReturnType<typeof createRoll>;

/** In which places the open pages of this browser work: each answers for its own when one is called. */
export function createRoll(name = "hoopoe.flow") {
  const mine = new Set<string>();
  let channel: BroadcastChannel | null | undefined;
  const open = () => {
    if (channel === undefined) channel = openChannel(name);
    return channel;
  };
  const hear = ({ data }: MessageEvent<Said | null>) => {
    if (data?.ask) open()?.postMessage({ to: data.ask, here: [...mine] } satisfies Said);
  };
  return {
    join: (place: string) => {
      if (mine.size === 0) open()?.addEventListener("message", hear);
      mine.add(place);
    },
    leave: (place: string) => {
      mine.delete(place);
      if (mine.size === 0) open()?.removeEventListener("message", hear);
    },
    /** Where other pages work: those that answer at once. A page that is frozen does not, nor does any where browsers cannot call each other. */
    call: (): Promise<ReadonlySet<string>> =>
      new Promise((resolve) => {
        const key = newKey();
        const found = new Set<string>();
        const listen = ({ data }: MessageEvent<Said | null>) => {
          if (data?.to === key) for (const place of data.here ?? []) found.add(place);
        };
        open()?.addEventListener("message", listen);
        open()?.postMessage({ ask: key } satisfies Said);
        const wait = (times: number) => {
          const from = performance.now();
          setTimeout(() => {
            if (times < MOST_WAITS && performance.now() - from > ANSWER_MS + LATE_MS) return wait(times + 1);
            open()?.removeEventListener("message", listen);
            resolve(found);
          }, ANSWER_MS);
        };
        wait(1);
      }),
  };
}

function openChannel(name: string): BroadcastChannel | null {
  try {
    return new BroadcastChannel(name);
  } catch {
    return null;
  }
}
