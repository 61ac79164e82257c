import * as z from "zod/mini";
import { configOf, type Doc, type Link, newId, type Note, type Place, type Step } from "./doc";
import type { Edit } from "./edits";

/** What is copied: plain JSON, so that it travels between flows, workspaces and people. */
const place = z.object({ x: z.number(), y: z.number() });
const clip = z.object({
  hoopoe: z.literal("steps"),
  /** Where it was copied. */
  workspace: z.optional(z.string()),
  nodes: z.array(z.object({ id: z.string(), type: z.string(), name: z.nullish(z.string()), config: z.record(z.string(), z.unknown()), position: place })),
  edges: z.array(z.object({ id: z.string(), source: z.string(), target: z.string(), sourceHandle: z.nullish(z.string()), label: z.nullish(z.string()) })),
  comments: z.array(z.object({ id: z.string(), text: z.string(), position: place })),
});
export type Clip = z.infer<typeof clip>;

const SHIFT = 40;

export function copyParts(doc: Doc, ids: ReadonlySet<string>, workspace?: string): Clip {
  return {
    hoopoe: "steps",
    ...(workspace && { workspace }),
    nodes: doc.nodes.filter((step) => ids.has(step.id)).map((step) => ({ ...step, config: configOf(step) })),
    edges: doc.edges.filter((link) => ids.has(link.source) && ids.has(link.target)),
    comments: doc.comments.filter((note) => ids.has(note.id)),
  };
}

/** What was copied, or null for any other text. */
export function readClip(text: string): Clip | null {
  try {
    const parsed = clip.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}

/** Pastes under new ids, with the connections among what was copied. `at`: where its upper corner comes to stand; else a little aside. */
export function pasteParts(given: Clip, at: Place | null): { edit: Edit; ids: string[] } {
  const parts = [...given.nodes, ...given.comments];
  const corner = { x: Math.min(...parts.map(({ position }) => position.x)), y: Math.min(...parts.map(({ position }) => position.y)) };
  const shift = at ? { x: at.x - corner.x, y: at.y - corner.y } : { x: SHIFT, y: SHIFT };
  const ids = new Map(parts.map((part) => [part.id, newId("type" in part ? part.type : "note")]));
  const move = <Part extends { id: string; position: Place }>(part: Part): Part => ({
    ...part,
    id: ids.get(part.id) ?? part.id,
    position: { x: Math.round(part.position.x + shift.x), y: Math.round(part.position.y + shift.y) },
  });
  const edit: Edit = (doc) => ({
    ...doc,
    nodes: [...doc.nodes, ...(given.nodes.map(move) as Step[])],
    comments: [...doc.comments, ...(given.comments.map(move) as Note[])],
    edges: [
      ...doc.edges,
      ...given.edges.map((link): Link => ({ id: newId("e"), source: ids.get(link.source) ?? link.source, target: ids.get(link.target) ?? link.target, sourceHandle: link.sourceHandle ?? null, label: link.label ?? null })),
    ],
  });
  return { edit, ids: [...ids.values()] };
}
