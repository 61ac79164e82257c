import type { Fault, Flow, FlowNodeType } from "@/api/models";
import { exitOf, type Doc, NEXT } from "./doc";

/** What the server said of the draft when it was saved last: faults, exits, limits, who waits where. */
export type NodeFacts = Flow["facts"][string];
export type Exit = NodeFacts["exits"][number];
export type Facts = { nodes: Flow["facts"]; faults: Fault[]; byNode: Record<string, Fault[]>; waiting: Record<string, number> };

export const NO_FACTS: Facts = { nodes: {}, faults: [], byNode: {}, waiting: {} };
const MANY = 4;

const PARKED = "parked_nowhere";

/** Saving counts nobody: who waits where, and who would stand nowhere, is then as it was known `before`. */
export function factsOf(flow: Flow, before: Facts = NO_FACTS): Facts {
  const faults = flow.waiting ? flow.faults : [...flow.faults, ...before.faults.filter((fault) => fault.code === PARKED)];
  const byNode: Record<string, Fault[]> = {};
  for (const fault of faults) if (fault.node_id) (byNode[fault.node_id] ??= []).push(fault);
  return { nodes: flow.facts, faults, byNode, waiting: flow.waiting ?? before.waiting };
}

/** Whether a step at which people wait was taken away, or is back, since they were counted: what is said of them is no longer so. */
export function mustCount(facts: Facts, doc: Doc): boolean {
  const here = new Set(doc.nodes.map((step) => step.id));
  const told = new Set(facts.faults.filter((fault) => fault.code === PARKED).flatMap((fault) => fault.steps.map((step) => step.id)));
  return Object.keys(facts.waiting).some((id) => here.has(id) === told.has(id));
}

/** A step's exits: as the server told, or, before it did, as its type's example has them. */
export function exitsOf(facts: NodeFacts | undefined, type: FlowNodeType | undefined): readonly Exit[] {
  return facts?.exits ?? (type?.exits ?? [NEXT]).map((name) => ({ name, label: null, ending_is_fine: true, covered_by: null }));
}

/**
 * Which exits stand on a step: what is connected (also where it does not exist any more, so that it can be seen and
 * mended), and what an author is most likely to connect. The rest is behind one press.
 */
export function shownExits(exits: readonly Exit[], used: readonly string[]): { shown: Exit[]; gone: string[]; hidden: number } {
  const labelled = exits.filter((exit) => exit.label !== null);
  const covers = new Set(labelled.map((exit) => exit.covered_by));
  const isLikely = (exit: Exit) => {
    if (labelled.length === 0) return true;
    return labelled.length <= MANY ? exit.label !== null : covers.has(exit.name);
  };
  const shown = exits.filter((exit) => used.includes(exit.name) || isLikely(exit));
  return { shown, gone: used.filter((name) => !exits.some((exit) => exit.name === name)), hidden: exits.length - shown.length };
}

/** The exits by which each step is connected, as one text: equal texts are equal without a look. */
export function usedExits(doc: Doc): Map<string, string> {
  const used = new Map<string, string[]>();
  for (const link of doc.edges) used.set(link.source, [...(used.get(link.source) ?? []), exitOf(link)]);
  return new Map([...used].map(([id, names]) => [id, names.toSorted().join("\n")]));
}
