import { applyEdgeChanges, applyNodeChanges, type Edge, type EdgeChange, type Node, type NodeChange } from "@xyflow/react";
import { replaceEqualDeep } from "@tanstack/react-query";
import { type Doc, exitOf, type Note, type Place, type Step } from "./doc";
import { type Edit, movePlaces } from "./edits";
import { type Facts, NO_FACTS, usedExits } from "./facts";
import { begin, type History, rebase, record, redo, undo } from "./history";
import { mergeDocs, type Side } from "./merge";

export type StepNode = Node<{ step: Step; used: string }, "step">;
export type NoteNode = Node<{ note: Note }, "note">;
export type CanvasNode = StepNode | NoteNode;
export type CanvasEdge = Edge<{ isBack: boolean }, "link">;

export type EditorState = {
  history: History;
  doc: Doc;
  nodes: CanvasNode[];
  edges: CanvasEdge[];
  /** The chosen steps and notes, then the chosen connections. */
  chosen: readonly string[];
  chosenLinks: readonly string[];
  facts: Facts;
  /** The steps that the preview went through last. */
  visited: ReadonlySet<string>;
  /** The exits by which it left them (`exitKey`). */
  passed: ReadonlySet<string>;
};

/** A step's exit as one word. */
export const exitKey = (step: string, exit: string) => `${step} ${exit}`;

export type EditorStore = ReturnType<typeof createEditorStore>;

/** One open draft: what is edited, how it is drawn, what is chosen. What is fetched stays in the query cache. */
export function createEditorStore(doc: Doc, facts: Facts = NO_FACTS, now: () => number = Date.now) {
  let state: EditorState = { history: begin(doc), doc, nodes: toNodes(doc, []), edges: toEdges(doc, []), chosen: [], chosenLinks: [], facts, visited: new Set(), passed: new Set() };
  const listeners = new Set<() => void>();

  const set = (change: Partial<EditorState>) => {
    state = { ...state, ...change };
    for (const listener of listeners) listener();
  };
  const show = (history: History) => {
    if (history === state.history) return;
    set(choose({ ...state, history, doc: history.doc, nodes: toNodes(history.doc, state.nodes), edges: toEdges(history.doc, state.edges) }));
  };

  return {
    get: () => state,
    subscribe: (listener: () => void) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    /** One step of work. Edits with the same `mergeKey` in a row are one step back. */
    edit: (edit: Edit, mergeKey: string | null = null) => show(record(state.history, edit(state.doc), mergeKey, now())),
    /**
     * The server's draft became `theirs` where it was `base`, and both together are `doc`. What others did is no step back:
     * it is carried into every state of the past. What both changed there is taken from the side that `choose` says.
     */
    rebase: ({ base, theirs, doc, choose = () => "theirs" }: { base: Doc; theirs: Doc; doc: Doc; choose?: (key: string) => Side }) =>
      show(rebase(state.history, doc, (own) => mergeDocs(base, own, theirs, choose).doc)),
    undo: () => show(undo(state.history)),
    redo: () => show(redo(state.history)),
    setFacts: (next: Facts) => {
      const kept = replaceEqualDeep(state.facts, next);
      if (kept !== state.facts) set({ facts: kept });
    },
    light: ({ steps, exits }: { steps: readonly string[]; exits: readonly string[] }) => set({ visited: new Set(steps), passed: new Set(exits) }),
    /** What React Flow reports: measuring, choosing, dragging. A drag is written down when it ends. */
    changeNodes: (changes: NodeChange<CanvasNode>[]) => {
      const nodes = applyNodeChanges(changes.filter(isShown), state.nodes);
      set(choose({ ...state, nodes }));
    },
    changeEdges: (changes: EdgeChange<CanvasEdge>[]) => set(choose({ ...state, edges: applyEdgeChanges(changes.filter(isShown), state.edges) })),
    drop: () => show(record(state.history, movePlaces(new Map(state.nodes.map((node) => [node.id, node.position as Place])))(state.doc), null, now())),
    choose: (ids: readonly string[], links: readonly string[] = []) => {
      const mark = <Part extends { id: string; selected?: boolean }>(wanted: readonly string[]) => (part: Part): Part => {
        const selected = wanted.includes(part.id);
        return (part.selected ?? false) === selected ? part : { ...part, selected };
      };
      set(choose({ ...state, nodes: state.nodes.map(mark<CanvasNode>(ids)), edges: state.edges.map(mark<CanvasEdge>(links)) }));
    },
  };
}

/** Removing is an edit of the draft, which then takes the part off the canvas. */
const isShown = (change: { type: string }) => change.type !== "remove" && change.type !== "add";

function choose(state: EditorState): EditorState {
  const chosen = state.nodes.filter((node) => node.selected).map((node) => node.id);
  const links = state.edges.filter((edge) => edge.selected).map((edge) => edge.id);
  return { ...state, chosen: replaceEqualDeep(state.chosen, chosen), chosenLinks: replaceEqualDeep(state.chosenLinks, links) };
}

/** What did not change stays the same object, so that React draws only what did. */
function toNodes(doc: Doc, last: readonly CanvasNode[]): CanvasNode[] {
  const known = new Map(last.map((node) => [node.id, node]));
  const used = usedExits(doc);
  const steps = doc.nodes.map((step): CanvasNode => {
    const old = known.get(step.id);
    const names = used.get(step.id) ?? "";
    if (old?.type === "step" && old.data.step === step && old.data.used === names && isAt(old.position, step.position)) return old;
    return { ...(old?.type === "step" ? old : {}), id: step.id, type: "step", position: step.position, data: { step, used: names } };
  });
  const notes = doc.comments.map((note): CanvasNode => {
    const old = known.get(note.id);
    if (old?.type === "note" && old.data.note === note && isAt(old.position, note.position)) return old;
    return { ...(old?.type === "note" ? old : {}), id: note.id, type: "note", position: note.position, data: { note } };
  });
  return [...notes, ...steps];
}

function toEdges(doc: Doc, last: readonly CanvasEdge[]): CanvasEdge[] {
  const known = new Map(last.map((edge) => [edge.id, edge]));
  const height = new Map(doc.nodes.map((step) => [step.id, step.position.y]));
  return doc.edges
    .filter((link) => height.has(link.source) && height.has(link.target))
    .map((link): CanvasEdge => {
      const old = known.get(link.id);
      const exit = exitOf(link);
      const isBack = (height.get(link.target) ?? 0) <= (height.get(link.source) ?? 0);
      if (old && old.source === link.source && old.target === link.target && old.sourceHandle === exit && old.data?.isBack === isBack) return old;
      return { ...old, id: link.id, type: "link", source: link.source, target: link.target, sourceHandle: exit, data: { isBack } };
    });
}

const isAt = (one: Place, other: Place) => one.x === other.x && one.y === other.y;
