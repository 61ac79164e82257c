import { CircleAlert, CornerDownRight, Route } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Badge, cx } from "@/components";
import { NodeCounts } from "./counts/NodeCounts";
import { usePercent, useShare } from "./counts/useLayer";
import type { DrawnFlow, DrawnNode } from "./graph";
import { lookOf, useExitName } from "./look";
import { TemplateText } from "./TemplateText";

type OutlineProps = { flow: DrawnFlow; faulty: ReadonlySet<string>; /** The steps of a way that is looked at. */ lit?: ReadonlySet<string>; selected: string | null; onSelect: (id: string) => void };

/** The flow as a list: what a phone shows, and what a screen reader or the keyboard walks. */
export function FlowOutline({ flow, faulty, lit, selected, onSelect }: OutlineProps) {
  const { t } = useTranslation("bots");
  const exitName = useExitName();
  const names = new Map(flow.nodes.map((node) => [node.id, node.name]));
  return (
    <ol aria-label={t("outline")} className="grid grid-cols-1 gap-1 p-3">
      {flow.nodes.map((node) => (
        <li key={node.id}>
          <button
            type="button"
            aria-pressed={node.id === selected}
            onClick={() => onSelect(node.id)}
            className={cx("w-full rounded-md border px-3 py-2.5 text-start hover:bg-hover", node.id === selected ? "border-line-strong bg-surface" : "border-transparent")}
          >
            <Line node={node} isFaulty={faulty.has(node.id)} isLit={lit?.has(node.id) ?? false} />
            {node.exits.map((exit) => (
              <span key={exit.name} className="mt-1 flex items-center gap-1.5 text-12 text-ink-3">
                <CornerDownRight aria-hidden="true" className="flip size-3 flex-none" />
                <bdi>{exitName(exit)}</bdi>
                <span aria-hidden="true" className="inline-block rtl:-scale-x-100">{"→"}</span>
                <bdi className="text-ink-2">{exit.target ? names.get(exit.target) : t("ends")}</bdi>
                <Share nodeId={node.id} exit={exit.name} />
              </span>
            ))}
          </button>
        </li>
      ))}
    </ol>
  );
}

/** Which part of those who left a step took this way, while counts are looked at. */
function Share({ nodeId, exit }: { nodeId: string; exit: string }) {
  const percent = usePercent();
  const taken = useShare(nodeId, exit);
  return taken && <span className="num ms-auto text-ink-2">{percent(taken.share)}</span>;
}

function Line({ node, isFaulty, isLit }: { node: DrawnNode; isFaulty: boolean; isLit: boolean }) {
  const { t } = useTranslation(["bots", "insight"]);
  const { icon: Icon, tile } = lookOf(node.group);
  return (
    <span className="flex items-start gap-2">
      <span className={cx("grid size-6 flex-none place-items-center rounded-sm", tile)}>
        <Icon aria-hidden="true" strokeWidth={1.75} className="size-3.5" />
      </span>
      <span className="min-w-0 grow">
        <span className="flex flex-wrap items-center gap-x-2 gap-y-1">
          <span dir="auto" className="own-side min-w-0 grow text-13 font-medium">
            {node.name}
          </span>
          {node.waiting > 0 && <Badge tone="plain">{t("waitingHere", { count: node.waiting })}</Badge>}
          <NodeCounts nodeId={node.id} connected={node.exits.map((exit) => exit.name)} />
          {isLit && (
            <Badge tone="success" icon={Route}>
              {t("insight:lit.step")}
            </Badge>
          )}
          {isFaulty && (
            <Badge tone="danger" icon={CircleAlert}>
              {t("toFix")}
            </Badge>
          )}
        </span>
        {node.parts.length > 0 && (
          <span dir="auto" className="own-side line-clamp-2 text-12 text-ink-2">
            <TemplateText parts={node.parts} />
          </span>
        )}
      </span>
    </span>
  );
}
