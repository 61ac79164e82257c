import { Handle, type NodeProps, Position, useUpdateNodeInternals } from "@xyflow/react";
import { CircleAlert, Clock, User } from "lucide-react";
import { memo, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useLanguage } from "@/app/preferences";
import { cx } from "@/components";
import { NodeCounts } from "../../counts/NodeCounts";
import { lookOf } from "../../look";
import { TemplateText } from "../../TemplateText";
import { lineOf } from "../../template";
import { useSummary } from "../../words/useSummary";
import { useWait } from "../../words/useWait";
import { exitsOf, shownExits } from "../model/facts";
import type { StepNode as StepNodeType } from "../model/store";
import { useEditor, useEditorState } from "../model/useEditor";
import { ExitCells } from "./ExitCells";
import { ENTRY, HANDLE } from "./handles";

const LEAST_WIDTH = 220;
const CELL_WIDTH = 54;
const MORE_WIDTH = 28;

/** A step on the canvas: what it is, what it says, its ways out, who waits in it and what is wrong with it. */
export const StepNode = memo(function StepNode({ id, data, selected }: NodeProps<StepNodeType>) {
  const { t } = useTranslation("editor");
  const { t: bots } = useTranslation("bots");
  const { t: preview } = useTranslation("preview");
  const language = useLanguage();
  const { types, isReadOnly } = useEditor();
  const { step, used } = data;
  const facts = useEditorState((state) => state.facts.nodes[id]);
  const faults = useEditorState((state) => state.facts.byNode[id]);
  const waiting = useEditorState((state) => state.facts.waiting[id] ?? 0);
  const fallback = useEditorState((state) => state.doc.default_language);
  const isVisited = useEditorState((state) => state.visited.has(id));
  const [isWide, setWide] = useState(false);
  const type = types.get(step.type);
  const { icon: Icon, tile } = lookOf(type?.group ?? null, type?.icon);
  const exits = exitsOf(facts, type);
  const { shown, gone, hidden } = shownExits(exits, used ? used.split("\n") : []);
  const cells = isWide ? exits : shown;
  const names = [...cells.map((exit) => exit.name), ...gone].join("\n");
  const updateInternals = useUpdateNodeInternals();
  // React Flow measures a new step itself; later it must be told that the rings stand elsewhere.
  const measured = useRef(names);
  useEffect(() => {
    if (measured.current === names) return;
    measured.current = names;
    updateInternals(id);
  }, [id, names, updateInternals]);
  countDrawing(id);
  const isBroken = faults?.some((fault) => fault.severity === "error");
  const name = step.name || type?.label[language] || step.type;
  const typeName = type?.label[language] ?? step.type;
  const parts = useSummary()(step, type, fallback);
  const wait = useWait()(step, type);
  const width = Math.max(LEAST_WIDTH, (cells.length + gone.length) * CELL_WIDTH + (hidden > 0 && !isWide ? MORE_WIDTH : 0));
  return (
    <div
      style={{ width }}
      data-visited={isVisited || undefined}
      className={cx(
        "group/step relative rounded-lg border bg-surface text-ink shadow-2",
        selected ? "border-accent outline-2 outline-accent" : isBroken ? "border-danger-solid" : isVisited ? "border-success" : "border-line-strong",
        isVisited && "shadow-[0_0_0_3px_var(--success-soft)]",
      )}
    >
      {!type?.is_trigger && <Handle id={ENTRY} type="target" position={Position.Top} className={HANDLE} isConnectable={!isReadOnly} />}
      {isVisited && <span className="sr-only">{preview("visited")}</span>}
      <NodeCounts nodeId={id} connected={used ? used.split("\n") : []} isFloating />
      {waiting > 0 && (
        <span className="num absolute -top-2.5 end-3 inline-flex h-5 items-center gap-1 rounded-full bg-primary px-2 text-11 text-on-primary">
          <User aria-hidden="true" className="size-3" />
          {waiting}
          <span className="sr-only">{bots("waitingHere", { count: waiting })}</span>
        </span>
      )}
      <div className="flex items-center gap-2 px-2.5 pt-2.5">
        <span className={cx("grid size-6 flex-none place-items-center rounded-sm", tile)}>
          <Icon aria-hidden="true" strokeWidth={1.75} className="size-3.5" />
        </span>
        <span dir="auto" title={name} className="cut max-w-4/5 flex-none text-[13.5px] font-semibold tracking-tight rtl:tracking-normal">
          {name}
        </span>
        <span title={typeName} className="cut grow text-end! text-12 text-ink-3">{typeName !== name && typeName}</span>
        {faults && faults.length > 0 && (
          <span title={t("problems.title", { count: faults.length })} className={cx("flex-none", isBroken ? "text-danger" : "text-warning")}>
            <CircleAlert aria-hidden="true" className="size-3.5" />
            <span className="sr-only">{t("problems.title", { count: faults.length })}</span>
          </span>
        )}
      </div>
      <div className="px-2.5 pt-1.5 pb-2.5">
        <p dir="auto" title={lineOf(parts) || undefined} className="line-clamp-3 [overflow-wrap:anywhere] min-h-[18px] text-[12.5px] leading-[18px] text-ink-2">
          {parts.length > 0 ? <TemplateText parts={parts} /> : <span className="text-ink-3">{type?.description[language]}</span>}
        </p>
        {wait && (
          <p dir="auto" className="mt-1 flex items-center gap-1 text-11 text-ink-3">
            <Clock aria-hidden="true" strokeWidth={1.75} className="size-3 flex-none" />
            {wait}
          </p>
        )}
      </div>
      <ExitCells stepId={id} cells={cells} gone={gone} hidden={isWide ? 0 : hidden} used={used} onMore={() => setWide(true)} />
    </div>
  );
});

/** Lets a test see what is drawn anew: nothing listens in daily life. */
function countDrawing(id: string): void {
  (globalThis as { onStepDrawn?: (id: string) => void }).onStepDrawn?.(id);
}
