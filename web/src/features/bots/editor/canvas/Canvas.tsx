import "@xyflow/react/dist/base.css";
import { Background, BackgroundVariant, type Connection, type FinalConnectionState, MiniMap, ReactFlow, SelectionMode, useReactFlow } from "@xyflow/react";
import { type DragEvent, useCallback, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { NEXT } from "../model/doc";
import { connect, inOrder, removeParts } from "../model/edits";
import type { CanvasEdge, CanvasNode } from "../model/store";
import { useEditor } from "../model/useEditor";
import { LinkEdge } from "./LinkEdge";
import { useNamedEdges, useNamedNodes } from "./naming";
import { NoteNode } from "./NoteNode";
import { StepNode } from "./StepNode";
import { CanvasMenu } from "./CanvasMenu";
import { EmptyHint } from "./EmptyHint";
import { returnFocus } from "./focusing";
import { MAP } from "./fitting";
import { DRAGGED_TYPE } from "./handles";
import { isPane, useFirstPressed } from "./pressing";
import { showTop } from "./showTop";
import { Toolbar } from "./Toolbar";
import { useCanvasKeys } from "./useCanvasKeys";
import { useClipboard, useClipboardEvents } from "./useClipboard";

const NODE_TYPES = { step: StepNode, note: NoteNode };
const EDGE_TYPES = { link: LinkEdge };
const MANY = 12;

type CanvasProps = { onPlaceType: (type: string, at: { x: number; y: number }) => void; onHelp: () => void };

/** The flow as it is drawn and changed. It runs top to bottom in both languages; its frame is never mirrored. */
export function Canvas({ onPlaceType, onHelp }: CanvasProps) {
  const { t } = useTranslation("editor");
  const { store, add, open, isReadOnly } = useEditor();
  const nodes = useNamedNodes();
  const edges = useNamedEdges();
  const [isChoosing, setChoosing] = useState(false);
  const flow = useReactFlow<CanvasNode, CanvasEdge>();
  const firstPressed = useFirstPressed();
  const clipboard = useClipboard();
  useClipboardEvents(clipboard);
  const keys = useCanvasKeys({ onHelp, clipboard });
  const hints = useMemo(() => ({ "edge.a11yDescription.default": t("linkHint") }), [t]);

  const onConnect = useCallback(({ source, sourceHandle, target }: Connection) => store.edit(connect({ step: source, exit: sourceHandle ?? NEXT }, target)), [store]);
  const onReconnect = useCallback(
    (old: CanvasEdge, next: Connection) => store.edit(inOrder(removeParts(new Set([old.id])), connect({ step: next.source, exit: next.sourceHandle ?? NEXT }, next.target))),
    [store],
  );
  const onConnectEnd = useCallback(
    (event: MouseEvent | TouchEvent, state: FinalConnectionState) => {
      if (state.isValid || !state.fromNode || state.fromHandle?.type !== "source") return;
      const overNode = state.toNode ?? (event.target instanceof Element && event.target.closest(".react-flow__node"));
      if (overNode && state.toNode) return onConnect({ source: state.fromNode.id, sourceHandle: state.fromHandle.id ?? NEXT, target: state.toNode.id, targetHandle: null });
      if (overNode) return;
      const point = "changedTouches" in event ? event.changedTouches[0] : event;
      if (point) add({ at: flow.screenToFlowPosition({ x: point.clientX, y: point.clientY }), from: { step: state.fromNode.id, exit: state.fromHandle.id ?? NEXT } });
    },
    [add, flow, onConnect],
  );
  const onDrop = (event: DragEvent) => {
    const type = event.dataTransfer.getData(DRAGGED_TYPE);
    if (!type) return;
    event.preventDefault();
    onPlaceType(type, flow.screenToFlowPosition({ x: event.clientX, y: event.clientY }));
  };
  return (
    <div dir="ltr" ref={keys} tabIndex={-1} className="relative size-full outline-none!" onDrop={onDrop} onDragOver={(event) => event.dataTransfer.types.includes(DRAGGED_TYPE) && event.preventDefault()}>
      <CanvasMenu clipboard={clipboard} onClosed={() => returnFocus(keys.current)}>
      <ReactFlow<CanvasNode, CanvasEdge>
        aria-label={t("canvas")}
        nodes={nodes}
        edges={edges}
        nodeTypes={NODE_TYPES}
        edgeTypes={EDGE_TYPES}
        onNodesChange={store.changeNodes}
        onEdgesChange={store.changeEdges}
        onNodeDragStop={store.drop}
        onSelectionDragStop={store.drop}
        onConnect={onConnect}
        onConnectEnd={onConnectEnd}
        onReconnect={onReconnect}
        onPaneClick={() => keys.current?.focus({ preventScroll: true })}
        onInit={(canvas) => showTop(canvas, store.get().chosen[0])}
        onNodeDoubleClick={(_, node) => node.type === "step" && open(node.id)}
        onDoubleClick={(event) => {
          if (!isReadOnly && isPane(event.target) && isPane(firstPressed())) add({ at: flow.screenToFlowPosition({ x: event.clientX, y: event.clientY }) });
        }}
        zoomOnDoubleClick={false}
        nodesDraggable={!isReadOnly}
        nodesConnectable={!isReadOnly}
        edgesReconnectable={!isReadOnly}
        deleteKeyCode={null}
        disableKeyboardA11y
        ariaLabelConfig={hints}
        panOnScroll
        panOnDrag={isChoosing ? [1, 2] : true}
        selectionOnDrag={isChoosing}
        selectionMode={SelectionMode.Partial}
        connectionRadius={36}
        snapToGrid
        snapGrid={[10, 10]}
        minZoom={0.1}
        maxZoom={1.75}
        connectionLineStyle={{ stroke: "var(--accent)", strokeWidth: 2 }}
        proOptions={{ hideAttribution: true }}
      >
        <Background variant={BackgroundVariant.Dots} gap={20} size={1.5} color="var(--line-strong)" />
        {nodes.length > MANY && (
          <MiniMap
            pannable
            zoomable
            ariaLabel={t("minimap")}
            position="top-right"
            style={MAP}
            className="max-pane:hidden! overflow-hidden rounded-md border border-line bg-raised! shadow-2"
            maskColor="var(--scrim-light, rgb(120 100 80 / 0.12))"
            nodeColor={(node) => (node.selected ? "var(--accent)" : node.type === "note" ? "var(--note-line)" : "var(--line-strong)")}
            nodeBorderRadius={12}
          />
        )}
      </ReactFlow>
      </CanvasMenu>
      {nodes.length === 0 && <EmptyHint />}
      <Toolbar isChoosing={isChoosing} onChoosing={setChoosing} onHelp={onHelp} />
    </div>
  );
}
