import { Link } from "@tanstack/react-router";
import { ChevronLeft, Ellipsis } from "lucide-react";
import { lazy, type ReactNode, Suspense, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Bot, Flow, FlowNodeType } from "@/api/models";
import { useLanguage } from "@/app/preferences";
import { Badge, IconButton, Menu, Sheet, SkeletonRows } from "@/components";
import { FlowOutline } from "./FlowOutline";
import { drawFlow } from "./graph";
import { NodeInspector } from "./NodeInspector";
import { readPath } from "./traces/lit";
import { LitStrip } from "./traces/LitStrip";
import { useFlowNames } from "./words/useFlowNames";
import { useSummary } from "./words/useSummary";

const FlowCanvas = lazy(() => import("./FlowCanvas").then((module) => ({ default: module.FlowCanvas })));

type ViewerProps = { bot: Bot; flow: Flow; types: readonly FlowNodeType[]; selected: string | undefined; path: string | undefined; onSelect: (node: string | undefined) => void; tools: ReactNode; /** What a phone keeps in a menu. */ more?: ReactNode };

/** A flow to be looked at: drawn on wide screens, as an outline on phones. */
export function Viewer({ bot, flow, types, selected: selectedId, path, onSelect, tools, more }: ViewerProps) {
  const { t } = useTranslation("bots");
  const language = useLanguage();
  const summary = useSummary();
  const drawn = useMemo(() => drawFlow(flow.blueprint, types, flow.waiting ?? {}, language, summary), [flow, types, language, summary]);
  const faulty = useMemo(() => new Set(flow.faults.flatMap((fault) => (fault.node_id && fault.severity === "error" ? [fault.node_id] : []))), [flow]);
  const selected = drawn.nodes.find((node) => node.id === selectedId) ?? null;
  const lit = useMemo(() => readPath(path), [path]);
  // Whoever comes to see a way sees it first; the step's own sheet rises when a step is chosen.
  const [isSheetHeld, setSheetHeld] = useState(path !== undefined);
  const select = (node: string | null) => {
    setSheetHeld(false);
    onSelect(node ?? undefined);
  };
  const names = useFlowNames(types, flow.blueprint);
  const inspector = selected && <NodeInspector node={selected} names={names} blueprint={flow.blueprint} faults={flow.faults.filter((fault) => fault.node_id === selected.id)} />;
  return (
    <>
      <header className="flex min-h-(--topbar-h) flex-none flex-wrap items-center gap-x-3 gap-y-1 border-b border-line bg-surface px-4 py-2">
        <Link to="/flows" aria-label={t("back")} className="grid size-8 place-items-center rounded-md text-ink-2 hover:bg-hover pointer-coarse:size-11">
          <ChevronLeft aria-hidden="true" className="flip size-4" />
        </Link>
        <h1 dir="auto" className="cut text-16">
          {bot.name}
        </h1>
        <Badge>{flow.version === null ? t("draft") : t("version", { number: flow.version })}</Badge>
        {bot.waiting > 0 && <span className="text-12 text-ink-3">{t("waiting", { count: bot.waiting })}</span>}
        <span className="grow" />
        {tools}
        <Menu trigger={<IconButton icon={Ellipsis} label={t("more")} className="pane:hidden" />}>{more}</Menu>
      </header>
      {lit.nodes.size > 0 && <LitStrip />}
      <div className="flex min-h-0 grow">
        <div className="min-w-0 grow bg-canvas max-pane:hidden">
          <Suspense fallback={<SkeletonRows />}>
            <FlowCanvas key={flow.version ?? "draft"} flow={drawn} faulty={faulty} lit={lit} selected={selected?.id ?? null} onSelect={select} />
          </Suspense>
        </div>
        <div className="grow overflow-y-auto pane:hidden">
          <FlowOutline flow={drawn} faulty={faulty} lit={lit.nodes} selected={selected?.id ?? null} onSelect={select} />
        </div>
        <aside aria-label={t("inspector")} tabIndex={0} className="w-[304px] flex-none overflow-y-auto border-s border-line bg-canvas focus-visible:-outline-offset-2 max-wide:hidden">
          {inspector ?? <FlowOutline flow={drawn} faulty={faulty} lit={lit.nodes} selected={null} onSelect={select} />}
        </aside>
      </div>
      <div className="wide:hidden">
        <Sheet isOpen={selected !== null && !isSheetHeld && isNarrow()} onOpenChange={() => select(null)} title={selected?.name ?? ""}>
          {inspector}
        </Sheet>
      </div>
    </>
  );
}

function isNarrow(): boolean {
  return !window.matchMedia("(min-width: 1200px)").matches;
}
