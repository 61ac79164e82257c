import type { ReactFlowInstance } from "@xyflow/react";
import type { EditorStore, CanvasEdge, CanvasNode } from "../model/store";

type Canvas = ReactFlowInstance<CanvasNode, CanvasEdge>;
const MARGIN = 24;

/** Chooses a step or a note and puts the focus on it. */
export function focusStep(store: EditorStore, flow: Canvas, id: string): void {
  store.choose([id]);
  focusOn(flow, `.react-flow__node[data-id="${CSS.escape(id)}"]`);
}

/** The same for a connection. */
export function focusLink(store: EditorStore, flow: Canvas, id: string): void {
  store.choose([], [id]);
  focusOn(flow, `.react-flow__edge[data-id="${CSS.escape(id)}"]`);
}

/** Back to the canvas, unless the focus has gone on into a field or a dialog meanwhile. */
export function returnFocus(canvas: HTMLElement | null): void {
  const { activeElement } = document;
  if (!activeElement || activeElement === document.body) (document.querySelector<HTMLElement>(".react-flow__node.selected, .react-flow__edge.selected") ?? canvas)?.focus({ preventScroll: true });
}

/** Where the focus is: a step or a note, else a connection, else what alone is chosen. */
export function whereFocusIs(store: EditorStore): { step: string | null; link: string | null } {
  const part = document.activeElement?.closest<HTMLElement>(".react-flow__node, .react-flow__edge");
  const id = part?.dataset["id"];
  if (id) return part.classList.contains("react-flow__node") ? { step: id, link: null } : { step: null, link: id };
  const { chosen, chosenLinks } = store.get();
  return { step: chosen[0] ?? null, link: chosen.length === 0 ? (chosenLinks[0] ?? null) : null };
}

function focusOn(flow: Canvas, selector: string): void {
  const part = document.querySelector<HTMLElement | SVGElement>(selector);
  if (!part) return;
  part.focus({ preventScroll: true });
  reveal(flow, part);
}

/** Moves the view to a part that stands outside of it, as far as it is zoomed. */
function reveal(flow: Canvas, part: Element): void {
  const pane = document.querySelector(".react-flow")?.getBoundingClientRect();
  const at = part.getBoundingClientRect();
  if (!pane) return;
  const isSeen = at.left >= pane.left + MARGIN && at.right <= pane.right - MARGIN && at.top >= pane.top + MARGIN && at.bottom <= pane.bottom - MARGIN;
  if (isSeen) return;
  const { x, y } = flow.screenToFlowPosition({ x: at.left + at.width / 2, y: at.top + at.height / 2 }, { snapToGrid: false });
  void flow.setCenter(x, y, { zoom: flow.getZoom(), duration: 150 });
}
