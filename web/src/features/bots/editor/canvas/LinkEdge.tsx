import { BaseEdge, EdgeLabelRenderer, type EdgeProps, getBezierPath } from "@xyflow/react";
import { Plus, X } from "lucide-react";
import { memo, useState } from "react";
import { useTranslation } from "react-i18next";
import { widthOf } from "../../counts/layer";
import { usePercent, useShare } from "../../counts/useLayer";
import { removeParts } from "../model/edits";
import { type CanvasEdge, exitKey } from "../model/store";
import { useEditor, useEditorState } from "../model/useEditor";
import { wayAround } from "./ways";

/** A connection: an S-curve down, or a way around where it leads back up. Its middle takes a new step. */
export const LinkEdge = memo(function LinkEdge(props: EdgeProps<CanvasEdge>) {
  const { id, selected, data } = props;
  const { t } = useTranslation("editor");
  const { store, add, isReadOnly } = useEditor();
  const isPassed = useEditorState((state) => state.passed.has(exitKey(props.source, props.sourceHandleId ?? "")));
  const taken = useShare(props.source, props.sourceHandleId ?? "next");
  const percent = usePercent();
  const [isOver, setOver] = useState(false);
  const [path, x, y] = data?.isBack ? wayAround(props) : getBezierPath({ ...props, curvature: 0.35 });
  const isShown = !isReadOnly && (isOver || selected);
  (globalThis as { onLinkDrawn?: (id: string) => void }).onLinkDrawn?.(id);
  return (
    <g data-passed={isPassed || undefined} onMouseEnter={() => setOver(true)} onMouseLeave={() => setOver(false)}>
      <BaseEdge id={id} path={path} {...(taken && labelAt(percent(taken.share), x, y))} interactionWidth={24} style={{ stroke: selected ? "var(--accent)" : isPassed ? "var(--success)" : isOver ? "var(--ink)" : "var(--ink-3)", strokeWidth: taken ? widthOf(taken.share) : isPassed ? 3 : selected ? 2 : 1.5, ...(data?.isBack && { strokeDasharray: "5 5" }) }} />
      {isShown && (
        <EdgeLabelRenderer>
          <span
            onMouseEnter={() => setOver(true)}
            onMouseLeave={() => setOver(false)}
            style={{ transform: `translate(-50%, -50%) translate(${x}px, ${y}px)` }}
            className="nodrag nopan pointer-events-auto absolute flex gap-1"
          >
            <EdgeButton label={t("insertHere")} onPress={() => add({ at: { x, y }, link: id })}>
              <Plus aria-hidden="true" className="size-3" />
            </EdgeButton>
            {selected && (
              <EdgeButton label={t("removeLink")} onPress={() => store.edit(removeParts(new Set([id])))}>
                <X aria-hidden="true" className="size-3" />
              </EdgeButton>
            )}
          </span>
        </EdgeLabelRenderer>
      )}
    </g>
  );
});

/** A word on the line's middle, readable over whatever it crosses. */
const labelAt = (label: string, labelX: number, labelY: number) => ({
  label,
  labelX,
  labelY,
  labelStyle: { fill: "var(--ink)", fontSize: 11 },
  labelBgStyle: { fill: "var(--surface)", stroke: "var(--line)" },
  labelBgPadding: [4, 2] as [number, number],
  labelBgBorderRadius: 6,
});

function EdgeButton({ label, onPress, children }: { label: string; onPress: () => void; children: React.ReactNode }) {
  return (
    <button type="button" title={label} aria-label={label} onClick={onPress} className="grid size-5 place-items-center rounded-full border border-line-strong bg-raised text-ink-2 shadow-2 hover:border-accent hover:bg-accent hover:text-on-accent pointer-coarse:size-8">
      {children}
    </button>
  );
}
