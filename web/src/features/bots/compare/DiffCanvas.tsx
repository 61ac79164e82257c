import "@xyflow/react/dist/base.css";
import { Background, BackgroundVariant, Controls, type Edge, type NodeProps, ReactFlow } from "@xyflow/react";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { Blueprint, FlowNodeType } from "@/api/models";
import { useLanguage } from "@/app/preferences";
import { Badge, cx } from "@/components";
import { exitOf } from "../editor/model/doc";
import { type CanvasNode, FlowNode } from "../FlowNode";
import { drawFlow } from "../graph";
import { useSummary } from "../words/useSummary";
import { MARK_TONES } from "./ChangeList";
import { type Comparison, type Mark, uniteFlows } from "./compare";

const RINGS: Record<Mark, string> = { added: "outline-success-solid", removed: "outline-danger-solid", changed: "outline-warning-solid" };
const STROKES: Record<Mark | "same", string> = { same: "var(--ink-3)", added: "var(--success-solid)", removed: "var(--danger-solid)", changed: "var(--warning-solid)" };
const NODE_TYPES = { flow: MarkedNode };
type Marked = CanvasNode["data"] & { mark: Mark | undefined };

/** Both flows as one drawing: what came, went and changed is marked, in colour and in words. */
export function DiffCanvas({ found, before, after, types }: { found: Comparison; before: Blueprint; after: Blueprint; types: readonly FlowNodeType[] }) {
  const { t } = useTranslation("compare");
  const language = useLanguage();
  const summary = useSummary();
  const flow = useMemo(() => drawFlow(uniteFlows(before, after), types, {}, language, summary), [before, after, types, language, summary]);
  const nodes = useMemo<CanvasNode[]>(() => {
    const marks = new Map(found.steps.map((change) => [change.id, change.mark]));
    const names = new Map(flow.nodes.map((node) => [node.id, node.name]));
    return flow.nodes.map((drawn) => {
      const mark = marks.get(drawn.id);
      const data: Marked = { drawn, names, hasFault: false, isLit: false, mark };
      return { id: drawn.id, type: "flow", position: { x: drawn.x, y: drawn.y }, data, ariaLabel: mark ? `${drawn.name}. ${t(`mark.${mark}`)}` : drawn.name };
    });
  }, [flow, found, t]);
  const edges = useMemo<Edge[]>(() => drawEdges(found, after, new Set(flow.nodes.flatMap((node) => node.exits.filter((exit) => !exit.goesBack).map((exit) => `${node.id}/${exit.name}`)))), [found, after, flow]);
  return (
    <div dir="ltr" className="min-h-[320px] grow bg-canvas">
      <ReactFlow aria-label={t("view.drawing")} nodes={nodes} edges={edges} nodeTypes={NODE_TYPES} panOnScroll nodesDraggable={false} nodesConnectable={false} edgesFocusable={false} fitView minZoom={0.1} maxZoom={1.5} proOptions={{ hideAttribution: true }}>
        <Background variant={BackgroundVariant.Dots} gap={20} size={1.5} color="var(--line-strong)" />
        <Controls showInteractive={false} position="bottom-center" orientation="horizontal" className="overflow-hidden rounded-lg border border-line bg-raised shadow-3 [&_button]:grid [&_button]:size-8 [&_button]:place-items-center [&_button]:text-ink-2 [&_button:hover]:bg-hover [&_svg]:size-3 [&_svg]:fill-current" />
      </ReactFlow>
    </div>
  );
}

/** The connections of both that can be drawn: those that lead back up are said in words by their step. */
function drawEdges(found: Comparison, after: Blueprint, drawable: ReadonlySet<string>): Edge[] {
  const marks = new Map(found.links.map((change) => [change.id, change.mark]));
  const now = after.edges.map((link) => ({ link, mark: marks.get(`${link.source}/${exitOf(link)}`) ?? ("same" as const) }));
  const gone = found.links.flatMap(({ before }) => (before ? [{ link: before, mark: "removed" as const }] : []));
  return [...now, ...gone]
    .filter(({ link }) => drawable.has(`${link.source}/${exitOf(link)}`))
    .map(({ link, mark }) => ({
      id: `${mark}/${link.source}/${exitOf(link)}`,
      source: link.source,
      sourceHandle: exitOf(link),
      target: link.target,
      style: { stroke: STROKES[mark], strokeWidth: mark === "same" ? 1.5 : 2.5, ...(mark === "removed" && { strokeDasharray: "6 4" }) },
    }));
}

function MarkedNode(props: NodeProps<CanvasNode>) {
  const { t } = useTranslation("compare");
  const { mark } = props.data as Marked;
  return (
    <div className={cx("relative rounded-lg", mark && `outline-3 outline-offset-2 ${RINGS[mark]}`)}>
      {mark && (
        <span className="absolute -top-3 start-2 z-10">
          <Badge tone={MARK_TONES[mark]}>{t(`mark.${mark}`)}</Badge>
        </span>
      )}
      <FlowNode {...props} />
    </div>
  );
}
