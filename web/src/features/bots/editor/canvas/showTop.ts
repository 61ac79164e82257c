import type { ReactFlowInstance } from "@xyflow/react";
import type { CanvasEdge, CanvasNode } from "../model/store";

const LEAST_ZOOM = 0.7;
const MARGIN = 48;

/** How a flow is first seen: the whole width as large as it can be read, from the top; or the step that was asked for. */
export function showTop(canvas: ReactFlowInstance<CanvasNode, CanvasEdge>, wanted: string | undefined): void {
  if (wanted && canvas.getNode(wanted)) {
    void canvas.fitView({ nodes: [{ id: wanted }], minZoom: 1, maxZoom: 1 });
    return;
  }
  const bounds = canvas.getNodesBounds(canvas.getNodes());
  const pane = document.querySelector(".react-flow")?.getBoundingClientRect();
  if (!pane || bounds.width === 0) return;
  const zoom = Math.min(1, Math.max(LEAST_ZOOM, (pane.width - 2 * MARGIN) / bounds.width));
  void canvas.setViewport({ x: pane.width / 2 - (bounds.x + bounds.width / 2) * zoom, y: MARGIN - bounds.y * zoom, zoom });
}
