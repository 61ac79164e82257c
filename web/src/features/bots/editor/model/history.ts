import { type Doc, isSame } from "./doc";

/** A list that shares its rest: going back has no end, and costs only what was changed. */
type Trail = { doc: Doc; rest: Trail } | null;

/** `mergeKey`: edits of the same kind in a row, such as the letters of a word, are one step back. */
export type History = { doc: Doc; past: Trail; future: Trail; mergeKey: string | null; at: number };

const MERGE_WITHIN_MS = 1_200;

export const begin = (doc: Doc): History => ({ doc, past: null, future: null, mergeKey: null, at: 0 });

export function record(history: History, doc: Doc, mergeKey: string | null, now: number): History {
  if (doc === history.doc) return history;
  const isMerged = mergeKey !== null && mergeKey === history.mergeKey && now - history.at < MERGE_WITHIN_MS;
  return { doc, past: isMerged ? history.past : { doc: history.doc, rest: history.past }, future: null, mergeKey, at: now };
}

export function undo(history: History): History {
  if (!history.past) return history;
  return { doc: history.past.doc, past: history.past.rest, future: { doc: history.doc, rest: history.future }, mergeKey: null, at: 0 };
}

export function redo(history: History): History {
  if (!history.future) return history;
  return { doc: history.future.doc, past: { doc: history.doc, rest: history.past }, future: history.future.rest, mergeKey: null, at: 0 };
}

/**
 * The draft is `doc` from here on, for a reason that is nobody's step of work, such as what a colleague saved: `carry`
 * brings each state of before and after over to it. States that say the same as their neighbour then are gone.
 */
export function rebase(history: History, doc: Doc, carry: (doc: Doc) => Doc): History {
  const own = carry(history.doc);
  const past = carryTrail(history.past, own, carry);
  const isStep = !isSame(own, doc);
  const future = isStep ? null : carryTrail(history.future, own, carry);
  return { doc, past: isStep ? { doc: own, rest: past } : past, future, mergeKey: null, at: 0 };
}

function carryTrail(trail: Trail, from: Doc, carry: (doc: Doc) => Doc): Trail {
  const carried: Doc[] = [];
  let last = from;
  for (let each = trail; each; each = each.rest) {
    const doc = carry(each.doc);
    if (!isSame(doc, last)) carried.push(doc);
    last = doc;
  }
  return carried.reduceRight<Trail>((rest, doc) => ({ doc, rest }), null);
}
