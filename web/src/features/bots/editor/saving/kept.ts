import * as z from "zod/mini";
import { newKey } from "@/api/key";
import type { Doc } from "../model/doc";
import { createRoll, type Roll } from "./live";

/** Edits that the server has not, kept in this browser over reloads and outages: the draft, and the one that it grew out of. */
export type Kept = { revision: number; base: Doc; doc: Doc };

const draft = z.looseObject({ nodes: z.array(z.unknown()) });
const record = z.object({ at: z.number(), revision: z.number(), base: draft, doc: draft });
/** Where this tab kept last, and whether its page was left: then nobody works there any more. */
const trace = z.object({ id: z.string(), isLeft: z.boolean() });

const placeOf = (userId: string) => `hoopoe.flow.${userId}.`;
const roll = createRoll();
/** Who logged out here: a page of theirs that is just being left keeps nothing any more. */
const gone = new Set<string>();

export type Slot = ReturnType<typeof createSlot>;
type Surroundings = { roll: Roll; tab: () => Storage };

/**
 * Where one page keeps its edits of one bot's flow: by its user, so that nobody else sees them, and apart from every other
 * page, so that none of them takes away another's.
 */
export function createSlot(userId: string, botId: string, { roll: pages, tab }: Surroundings = { roll, tab: () => sessionStorage }) {
  const place = `${placeOf(userId)}${botId}.`;
  const shared = () => localStorage;
  let id = newKey();
  let written: string | null = null;
  let wished: string | null = null;

  const mark = (isLeft: boolean) => write(tab, place, JSON.stringify({ id, isLeft }));
  const hold = () => {
    // While this page was away, another one may have taken up what was kept here.
    if (written !== null && read(shared, place + id) !== written) [id, written] = [newKey(), null];
    pages.join(id);
    mark(false);
  };
  const take = (other: string): Kept | null => {
    const text = read(shared, place + other);
    const kept = readRecord(text);
    if (!kept) return null;
    pages.leave(id);
    [id, written] = [other, text];
    hold();
    return kept;
  };
  const others = () =>
    keysOf(shared, place)
      .map((key) => key.slice(place.length))
      .filter((other) => other !== id);

  return {
    keep: (kept: Kept) => {
      if (gone.has(userId)) return;
      const text = JSON.stringify({ at: Date.now(), ...kept });
      if (write(shared, place + id, text)) written = text;
    },
    /** Only what was written or taken up here. */
    forget: () => {
      if (written !== null && read(shared, place + id) === written) remove(shared, place + id);
      written = null;
    },
    /** Begins: what this tab's last page kept when it was left is this one's at once. */
    open: (): Kept | null => {
      gone.delete(userId);
      const last = parse(trace, read(tab, place));
      const kept = last?.isLeft ? take(last.id) : null;
      if (kept) return kept;
      // Not left: the browser broke down, or this tab is the copy of another that is still open.
      wished = last && !last.isLeft ? last.id : null;
      if (wished) pages.join(wished);
      hold();
      return null;
    },
    hold,
    leave: () => {
      pages.leave(id);
      if (wished) pages.leave(wished);
      mark(true);
    },
    /** What no open page works on: this tab's own first, then the newest. It is this page's from here on. Null, too, where this page is not free when all have answered. */
    takeOrphan: async (isFree: () => boolean): Promise<Kept | null> => {
      const open = others().length > 0 ? await pages.call() : null;
      if (open && !isFree()) return null;
      const first = wished;
      if (wished) pages.leave(wished);
      wished = null;
      const ranked = others()
        .filter((other) => !open?.has(other))
        .map((other) => ({ other, rank: other === first ? Number.POSITIVE_INFINITY : (readRecord(read(shared, place + other))?.at ?? 0) }))
        .toSorted((a, b) => b.rank - a.rank);
      for (const { other } of ranked) {
        const kept = take(other);
        if (kept) return kept;
      }
      return null;
    },
  };
}

/** Whether this browser has work of somebody's that the server has not. */
export const hasKept = (userId: string): boolean => keysOf(() => localStorage, placeOf(userId)).length > 0;

/** For good: the user logs out. */
export function forgetAll(userId: string): void {
  gone.add(userId);
  for (const key of keysOf(() => localStorage, placeOf(userId))) remove(() => localStorage, key);
}

const readRecord = (text: string | null) => parse(record, text) as (Kept & { at: number }) | null;

/** Null where there is nothing, or nothing that can be read. */
function parse<Value>(shape: z.ZodMiniType<Value>, text: string | null): Value | null {
  try {
    return text === null ? null : shape.parse(JSON.parse(text));
  } catch {
    return null;
  }
}

// Storage may be full, or switched off: the draft is still in its page then.

function read(storage: () => Storage, key: string): string | null {
  try {
    return storage().getItem(key);
  } catch {
    return null;
  }
}

function write(storage: () => Storage, key: string, text: string): boolean {
  try {
    storage().setItem(key, text);
    return true;
  } catch {
    return false;
  }
}

function remove(storage: () => Storage, key: string): void {
  try {
    storage().removeItem(key);
  } catch {
    return;
  }
}

function keysOf(storage: () => Storage, start: string): string[] {
  try {
    const kept = storage();
    return Array.from({ length: kept.length }, (_, place) => kept.key(place) ?? "").filter((key) => key.startsWith(start));
  } catch {
    return [];
  }
}
