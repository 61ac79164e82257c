import type { FlowCounts } from "@/api/models";

/** Counts as they are drawn over a flow: pure. */
export type Counted = FlowCounts["nodes"][string];
export type Layer = { nodes: Readonly<Record<string, Counted>>; exits: Readonly<Record<string, Readonly<Record<string, number>>>>; isEmpty: boolean };

/** What became of those who came to a step. Each of them is in one of these, or came before the time that is looked at. */
export type Fate = {
  entered: number;
  wentOn: number;
  /** At a step that leads nowhere on, or that ends the flow. */
  ended: number;
  /** Neither went on nor waits: interrupted, failed, or left where nothing follows though something follows elsewhere. */
  dropped: number;
  waiting: number;
  /** Of those who came, 0 to 1. */
  dropShare: number;
};

export function readLayer(counts: FlowCounts): Layer {
  const exits: Record<string, Record<string, number>> = {};
  for (const { node_id, exit, count } of counts.edges) (exits[node_id] ??= {})[exit] = count;
  return { nodes: counts.nodes, exits, isEmpty: Object.values(counts.nodes).every((node) => node.arrived + node.left + node.waiting === 0) };
}

/** `connected`: the exits of the step at which something follows. Null for a step to which nobody came. */
export function fateOf(layer: Layer, nodeId: string, connected: readonly string[]): Fate | null {
  const node = layer.nodes[nodeId];
  if (!node || node.arrived + node.left + node.waiting === 0) return null;
  const left = Object.entries(layer.exits[nodeId] ?? {});
  const sum = (wanted: boolean) => left.filter(([exit]) => connected.includes(exit) === wanted).reduce((total, [, count]) => total + count, 0);
  const isEnd = connected.length === 0;
  const wentOn = sum(true);
  const elsewhere = sum(false);
  const ended = node.ended + (isEnd ? elsewhere : 0);
  const dropped = node.interrupted + node.failed + (isEnd ? 0 : elsewhere);
  // Who came before the time that is looked at may leave within it: a share is never above all.
  const entered = Math.max(node.arrived, wentOn + ended + dropped);
  return { entered, wentOn, ended, dropped, waiting: node.waiting, dropShare: entered === 0 ? 0 : dropped / entered };
}

/** How many of those who left a step took this exit, 0 to 1; null where nobody left it. */
export function shareOf(layer: Layer, nodeId: string, exit: string): { count: number; share: number } | null {
  const exits = layer.exits[nodeId];
  if (!exits) return null;
  const all = Object.values(exits).reduce((total, count) => total + count, 0);
  const count = exits[exit] ?? 0;
  return all === 0 ? null : { count, share: count / all };
}

/** A line's thickness by its share: also the least taken one can be seen. */
export const widthOf = (share: number): number => 1.5 + 5 * share;

export type Severity = "none" | "some" | "many";
export const severityOf = (dropShare: number): Severity => (dropShare >= 0.3 ? "many" : dropShare >= 0.1 ? "some" : "none");
