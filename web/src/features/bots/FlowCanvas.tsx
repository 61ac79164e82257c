import "@xyflow/react/dist/base.css";
import { Background, BackgroundVariant, Controls, type Edge, ReactFlow, type ReactFlowInstance } from "@xyflow/react";
import { use, useMemo } from "react";
import { useTranslation } from "react-i18next";
import { type CanvasNode, FlowNode } from "./FlowNode";
import { shareOf, widthOf } from "./counts/layer";
import { CountsLayer, usePercent } from "./counts/useLayer";
import type { DrawnFlow } from "./graph";
import { sayParts } from "./template";
import { type Lit, linkKey } from "./traces/lit";

const NODE_TYPES = { flow: FlowNode };
const MIN_FIRST_ZOOM = 0.7;
const MAX_FIRST_ZOOM = 1;
const MARGIN = 40;

/** The step that was asked for, in the middle; else the whole width as large as it can be read, from the first step down: a tall flow is scrolled, not shrunk. */
function showTop(canvas: ReactFlowInstance<CanvasNode>, wanted: string | null) {
  if (wanted && canvas.getNode(wanted)) {
    void canvas.fitView({ nodes: [{ id: wanted }], minZoom: 0.9, maxZoom: 0.9 });
    return;
  }
  const bounds = canvas.getNodesBounds(canvas.getNodes());
  const pane = document.querySelector(".react-flow")?.getBoundingClientRect();
  if (!pane || bounds.width === 0) return;
  const zoom = Math.min(MAX_FIRST_ZOOM, Math.max(MIN_FIRST_ZOOM, (pane.width - 2 * MARGIN) / bounds.width));
  void canvas.setViewport({ x: pane.width / 2 - (bounds.x + bounds.width / 2) * zoom, y: MARGIN - bounds.y * zoom, zoom });
}

type CanvasProps = { flow: DrawnFlow; faulty: ReadonlySet<string>; lit: Lit; selected: string | null; onSelect: (id: string | null) => void };

const strokeOf = (isLit: boolean, width = isLit ? 3 : 1.5) => ({ stroke: isLit ? "var(--success)" : "var(--ink-3)", strokeWidth: width });

/** How a connection shows which part of those who left took it. */
function countedBy(taken: { share: number } | null, isLit: boolean, percent: (share: number) => string): Partial<Edge> {
  if (!taken) return {};
  return { label: percent(taken.share), labelStyle: { fill: "var(--ink)", fontSize: 11 }, labelBgStyle: { fill: "var(--surface)" }, labelBgPadding: [4, 2], labelBgBorderRadius: 6, style: strokeOf(isLit, widthOf(taken.share)) };
}

/** The flow, drawn top to bottom in both languages. Looking only: editing comes with the editor. */
export function FlowCanvas({ flow, faulty, lit, selected, onSelect }: CanvasProps) {
  const { t } = useTranslation("bots");
  const names = useMemo(() => new Map(flow.nodes.map((node) => [node.id, node.name])), [flow]);
  const nodes = useMemo<CanvasNode[]>(
    () =>
      flow.nodes.map((drawn) => ({
        id: drawn.id,
        type: "flow",
        position: { x: drawn.x, y: drawn.y },
        data: { drawn, names, hasFault: faulty.has(drawn.id), isLit: lit.nodes.has(drawn.id) },
        selected: drawn.id === selected,
        ariaLabel: `${drawn.name}. ${drawn.typeName}. ${sayParts(drawn.parts)}`,
      })),
    [flow, names, faulty, lit, selected],
  );
  const layer = use(CountsLayer);
  const percent = usePercent();
  const edges = useMemo<Edge[]>(
    () =>
      flow.nodes.flatMap((node) =>
        node.exits.flatMap((exit) =>
          exit.target && !exit.goesBack ? [{ id: `${node.id}/${exit.name}`, source: node.id, sourceHandle: exit.name, target: exit.target, style: strokeOf(lit.links.has(linkKey(node.id, exit.target))), ...(layer && countedBy(shareOf(layer, node.id, exit.name), lit.links.has(linkKey(node.id, exit.target)), percent)) }] : [],
        ),
      ),
    // How a share is written depends on the language alone, and the flow is drawn anew with that.
    // eslint-disable-next-line react-hooks/exhaustive-deps
    [flow, lit, layer],
  );
  return (
    <div dir="ltr" className="size-full">
      <ReactFlow
        aria-label={t("canvas")}
        nodes={nodes}
        edges={edges}
        nodeTypes={NODE_TYPES}
        panOnScroll
        nodesDraggable={false}
        nodesConnectable={false}
        edgesFocusable={false}
        onInit={(canvas) => showTop(canvas, selected)}
        minZoom={0.2}
        maxZoom={1.5}
        proOptions={{ hideAttribution: true }}
        onNodeClick={(_, node) => onSelect(node.id)}
        onNodesChange={(changes) => {
          const chosen = changes.find((change) => change.type === "select" && change.selected);
          if (chosen?.type === "select") onSelect(chosen.id);
        }}
        onPaneClick={() => onSelect(null)}
      >
        <Background variant={BackgroundVariant.Dots} gap={20} size={1.5} color="var(--line-strong)" />
        <Controls
          showInteractive={false}
          position="bottom-center"
          orientation="horizontal"
          className="overflow-hidden rounded-lg border border-line bg-raised shadow-3 [&_button]:grid [&_button]:size-8 [&_button]:place-items-center [&_button]:text-ink-2 [&_button:hover]:bg-hover [&_svg]:size-3 [&_svg]:fill-current"
        />
      </ReactFlow>
    </div>
  );
}
