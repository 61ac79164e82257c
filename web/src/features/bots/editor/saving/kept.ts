import * as z from "zod/mini";
import type { Doc } from "../model/doc";

/** Edits that the server has not, kept in this browser over reloads and outages: the draft, and the one that it grew out of. */
export type Kept = { revision: number; base: Doc; doc: Doc };

const kept = z.object({ revision: z.number(), base: z.looseObject({ nodes: z.array(z.unknown()) }), doc: z.looseObject({ nodes: z.array(z.unknown()) }) });
const keyOf = (botId: string) => `hoopoe.flow.${botId}`;

/** Null where there is nothing, or nothing that can be read. */
export function readKept(botId: string): Kept | null {
  try {
    const found = localStorage.getItem(keyOf(botId));
    return found ? (kept.parse(JSON.parse(found)) as unknown as Kept) : null;
  } catch {
    return null;
  }
}

export function keep(botId: string, given: Kept): void {
  try {
    localStorage.setItem(keyOf(botId), JSON.stringify(given));
  } catch {
    // No room, or switched off: the draft is still in this page.
  }
}

export function forget(botId: string): void {
  try {
    localStorage.removeItem(keyOf(botId));
  } catch {
    // Nothing was kept then.
  }
}
