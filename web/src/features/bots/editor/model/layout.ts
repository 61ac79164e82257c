import { Graph, layout as runDagre } from "@dagrejs/dagre";
import type { Doc, Place } from "./doc";

export type Size = { width: number; height: number };
export type Alignment = "left" | "center" | "right" | "top" | "middle" | "bottom" | "row" | "column";

export const STEP_SIZE: Size = { width: 220, height: 116 };
const GAP = { nodesep: 40, ranksep: 64 };
const LEAST_GAP = 20;

/** Where everything stands when the flow is drawn anew: top to bottom, in both languages. */
export function layOut(doc: Doc, sizeOf: (id: string) => Size): Map<string, Place> {
  const graph = new Graph();
  graph.setGraph({ rankdir: "TB", ...GAP });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const step of doc.nodes) graph.setNode(step.id, { ...sizeOf(step.id) });
  const known = new Set(doc.nodes.map((step) => step.id));
  for (const link of doc.edges) if (known.has(link.source) && known.has(link.target)) graph.setEdge(link.source, link.target);
  runDagre(graph);
  return new Map(
    doc.nodes.map((step) => {
      const { x = 0, y = 0 } = graph.node(step.id) as Partial<Place>;
      const { width, height } = sizeOf(step.id);
      return [step.id, { x: Math.round(x - width / 2), y: Math.round(y - height / 2) }] as const;
    }),
  );
}

/** Where no position was ever given, they all stand on one spot. */
export function isUnplaced(doc: Doc): boolean {
  return doc.nodes.length > 1 && new Set(doc.nodes.map(({ position }) => `${position.x},${position.y}`)).size === 1;
}

type Part = { id: string; position: Place; size: Size };

/** Lines up what is chosen: by its edges or middles. `row` and `column` make the gaps between equal, from the first to the last. */
export function align(parts: readonly Part[], how: Alignment): Map<string, Place> {
  if (parts.length < 2) return new Map();
  if (how === "row" || how === "column") return spread(parts, how === "row" ? SIDEWAYS : DOWNWARDS);
  const { axis, extent, share } = LINES[how];
  const ends = parts.map(({ position, size }) => ({ low: position[axis], high: position[axis] + size[extent] }));
  const low = Math.min(...ends.map((end) => end.low));
  const high = Math.max(...ends.map((end) => end.high));
  const line = low + (high - low) * share;
  return new Map(parts.map(({ id, position, size }) => [id, { ...position, [axis]: line - size[extent] * share }] as const));
}

type Direction = { axis: "x" | "y"; extent: "width" | "height" };
const SIDEWAYS: Direction = { axis: "x", extent: "width" };
const DOWNWARDS: Direction = { axis: "y", extent: "height" };
/** `share`: which part of each stands on the common line: its beginning, its middle or its end. */
const LINES: Record<Exclude<Alignment, "row" | "column">, Direction & { share: number }> = {
  left: { ...SIDEWAYS, share: 0 },
  center: { ...SIDEWAYS, share: 0.5 },
  right: { ...SIDEWAYS, share: 1 },
  top: { ...DOWNWARDS, share: 0 },
  middle: { ...DOWNWARDS, share: 0.5 },
  bottom: { ...DOWNWARDS, share: 1 },
};

/** The first and the last stay; where there is too little room between them, the others push the last one on. */
function spread(parts: readonly Part[], { axis, extent }: Direction): Map<string, Place> {
  const ordered = parts.toSorted((one, other) => one.position[axis] - other.position[axis]);
  const from = ordered[0]?.position[axis] ?? 0;
  const end = Math.max(...parts.map(({ position, size }) => position[axis] + size[extent]));
  const filled = parts.reduce((sum, { size }) => sum + size[extent], 0);
  const gap = Math.max(LEAST_GAP, (end - from - filled) / (parts.length - 1));
  let at = from;
  return new Map(
    ordered.map(({ id, position, size }) => {
      const place = { ...position, [axis]: at };
      at += size[extent] + gap;
      return [id, place] as const;
    }),
  );
}
