import { Handle, type Node, type NodeProps, Position } from "@xyflow/react";
import { CornerLeftUp, User } from "lucide-react";
import { useTranslation } from "react-i18next";
import { cx } from "@/components";
import { NodeCounts } from "./counts/NodeCounts";
import type { DrawnNode } from "./graph";
import { lookOf, useExitName } from "./look";
import { lineOf } from "./template";
import { TemplateText } from "./TemplateText";

export type CanvasNode = Node<{ drawn: DrawnNode; names: ReadonlyMap<string, string>; hasFault: boolean; isLit: boolean }, "flow">;

/** A step of the flow: what it is, what it says, and a footer of its ways out. */
export function FlowNode({ data, selected }: NodeProps<CanvasNode>) {
  const { t } = useTranslation(["bots", "insight"]);
  const exitName = useExitName();
  const { drawn, names, hasFault, isLit } = data;
  const back = drawn.exits.filter((exit) => exit.goesBack);
  const onward = drawn.exits.filter((exit) => !exit.goesBack);
  const { icon: Icon, tile } = lookOf(drawn.group);
  const onlyWay = drawn.exits.length === 1 && onward[0]?.name === "next" ? onward[0] : null;
  return (
    <div
      data-lit={isLit || undefined}
      className={cx(
        "relative w-[220px] rounded-lg border bg-surface text-ink shadow-2",
        selected ? "border-accent outline-2 outline-accent" : hasFault ? "border-danger-solid" : isLit ? "border-success" : "border-line-strong",
        isLit && "shadow-[0_0_0_3px_var(--success-soft)]",
      )}
    >
      {isLit && <span className="sr-only">{t("insight:lit.step")}</span>}
      <NodeCounts nodeId={drawn.id} connected={drawn.exits.map((exit) => exit.name)} isFloating />
      {drawn.group !== "start" && <Handle type="target" position={Position.Top} className="size-[9px]! rounded-full! border-2! border-line-control! bg-surface!" isConnectable={false} />}
      {drawn.waiting > 0 && (
        <span className="num absolute -top-2.5 end-3 inline-flex h-5 items-center gap-1 rounded-full bg-primary px-2 text-11 text-on-primary">
          <User aria-hidden="true" className="size-3" />
          {drawn.waiting}
          <span className="sr-only">{t("waitingHere", { count: drawn.waiting })}</span>
        </span>
      )}
      <div className="flex items-center gap-2 px-2.5 pt-2.5">
        <span className={cx("grid size-6 flex-none place-items-center rounded-sm", tile)}>
          <Icon aria-hidden="true" strokeWidth={1.75} className="size-3.5" />
        </span>
        <span dir="auto" title={drawn.name} className="cut max-w-4/5 flex-none text-[13.5px] font-semibold tracking-tight rtl:tracking-normal">
          {drawn.name}
        </span>
        {drawn.typeName !== drawn.name && <span title={drawn.typeName} className="cut grow text-end text-12 text-ink-3">{drawn.typeName}</span>}
      </div>
      <div className="px-2.5 pt-1.5 pb-2.5">
        <p dir="auto" title={lineOf(drawn.parts) || undefined} className="line-clamp-3 [overflow-wrap:anywhere] text-[12.5px] leading-[18px] text-ink-2">
          <TemplateText parts={drawn.parts} />
        </p>
      </div>
      {back.length > 0 && (
        <ul className="grid gap-0.5 px-2.5 pb-2 text-11 text-ink-3">
          {back.map((exit) => (
            <li key={exit.name} className="flex items-center gap-1">
              <CornerLeftUp aria-hidden="true" className="size-3 flex-none" />
              <bdi className="cut">{exitName(exit)}</bdi>
              <span aria-hidden="true" className="inline-block rtl:-scale-x-100">{"→"}</span>
              <bdi className="cut">{exit.target && names.get(exit.target)}</bdi>
            </li>
          ))}
        </ul>
      )}
      {onlyWay && <Handle id={onlyWay.name} type="source" position={Position.Bottom} className="size-[9px]! rounded-full! border-2! border-line-control! bg-surface!" isConnectable={false} />}
      {onward.length > 0 && !onlyWay && (
        <div className="flex divide-x divide-line border-t border-line rtl:divide-x-reverse">
          {onward.map((exit) => (
            <span key={exit.name} dir="auto" className="cut relative min-w-0 flex-1 px-1 py-1.5 text-center text-11 text-ink-2">
              {exitName(exit)}
              <Handle id={exit.name} type="source" position={Position.Bottom} className="size-[9px]! rounded-full! border-2! border-line-control! bg-surface!" isConnectable={false} />
            </span>
          ))}
        </div>
      )}
    </div>
  );
}
