import type { ReactFlowInstance } from "@xyflow/react";
import type { CanvasEdge, CanvasNode } from "../model/store";

const LEAST_ZOOM = 0.7;
const MARGIN = 48;

/** How a flow is first seen: from the top and as wide as it can be read, around its first step where it is wider; or the step that was asked for. */
export function showTop(canvas: ReactFlowInstance<CanvasNode, CanvasEdge>, wanted: string | undefined): void {
  if (wanted && canvas.getNode(wanted)) {
    void canvas.fitView({ nodes: [{ id: wanted }], minZoom: 1, maxZoom: 1 });
    return;
  }
  const nodes = canvas.getNodes();
  const bounds = canvas.getNodesBounds(nodes);
  const [first] = nodes.toSorted((one, other) => one.position.y - other.position.y);
  const pane = document.querySelector(".react-flow")?.getBoundingClientRect();
  if (!pane || bounds.width === 0) return;
  const zoom = Math.min(1, Math.max(LEAST_ZOOM, (pane.width - 2 * MARGIN) / bounds.width));
  const isWider = bounds.width * zoom > pane.width;
  const middle = isWider && first ? first.position.x + (first.measured?.width ?? 0) / 2 : bounds.x + bounds.width / 2;
  void canvas.setViewport({ x: pane.width / 2 - middle * zoom, y: MARGIN - bounds.y * zoom, zoom });
}
