import { Graph, layout as runDagre } from "@dagrejs/dagre";
import type { Doc, Place } from "./doc";

export type Size = { width: number; height: number };
export type Alignment = "start" | "center" | "top" | "row" | "column";

export const STEP_SIZE: Size = { width: 220, height: 116 };
const GAP = { nodesep: 40, ranksep: 64 };

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

/** Lines up what is chosen. `row` and `column` also make the gaps between them equal. */
export function align(parts: readonly { id: string; position: Place; size: Size }[], how: Alignment): Map<string, Place> {
  if (parts.length < 2) return new Map();
  const left = Math.min(...parts.map(({ position }) => position.x));
  const top = Math.min(...parts.map(({ position }) => position.y));
  const middle = parts.reduce((sum, { position, size }) => sum + position.x + size.width / 2, 0) / parts.length;
  const place = (part: (typeof parts)[number]): Place => {
    switch (how) {
      case "start":
        return { x: left, y: part.position.y };
      case "center":
        return { x: middle - part.size.width / 2, y: part.position.y };
      case "top":
        return { x: part.position.x, y: top };
      case "row":
      case "column":
        return part.position;
    }
  };
  if (how === "row" || how === "column") return spread(parts, how === "row" ? "x" : "y", { x: left, y: top });
  return new Map(parts.map((part) => [part.id, place(part)]));
}

function spread(parts: readonly { id: string; position: Place; size: Size }[], axis: "x" | "y", from: Place): Map<string, Place> {
  const ordered = parts.toSorted((one, other) => one.position[axis] - other.position[axis]);
  let at = from[axis];
  return new Map(
    ordered.map(({ id, size }) => {
      const place = axis === "x" ? { x: at, y: from.y } : { x: from.x, y: at };
      at += (axis === "x" ? size.width : size.height) + GAP.nodesep;
      return [id, place];
    }),
  );
}
