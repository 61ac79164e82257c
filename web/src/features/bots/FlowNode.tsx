import { Handle, type Node, type NodeProps, Position } from "@xyflow/react";
import { User } from "lucide-react";
import { useTranslation } from "react-i18next";
import { cx } from "@/components";
import type { DrawnNode } from "./graph";
import { lookOf } from "./look";

export type CanvasNode = Node<{ drawn: DrawnNode; hasFault: boolean }, "flow">;

/** A step of the flow: what it is, what it says, and a footer of its ways out. */
export function FlowNode({ data, selected }: NodeProps<CanvasNode>) {
  const { t } = useTranslation("bots");
  const { drawn, hasFault } = data;
  const { icon: Icon, tile } = lookOf(drawn.group);
  return (
    <div
      className={cx(
        "relative w-[220px] rounded-lg border bg-surface text-ink shadow-2",
        selected ? "border-accent outline-2 outline-accent" : hasFault ? "border-danger-solid" : "border-line-strong",
      )}
    >
      <Handle type="target" position={Position.Top} className="size-[9px]! border-2! border-line-control! bg-surface!" isConnectable={false} />
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
        <span dir="auto" className="cut grow text-13 font-medium">
          {drawn.name}
        </span>
        {drawn.typeName !== drawn.name && <span className="flex-none text-11 text-ink-3">{drawn.typeName}</span>}
      </div>
      <p dir="auto" className="line-clamp-2 min-h-4 px-2.5 pt-1.5 pb-2.5 text-12 text-ink-2">
        {drawn.text}
      </p>
      {drawn.exits.length > 0 && (
        <div className="flex divide-x divide-line border-t border-line rtl:divide-x-reverse">
          {drawn.exits.map((exit) => (
            <span key={exit.name} dir="auto" className="cut relative min-w-0 flex-1 px-1.5 py-1.5 text-center text-11 text-ink-2">
              {exit.label}
              <Handle id={exit.name} type="source" position={Position.Bottom} className="size-[9px]! border-2! border-line-control! bg-surface!" isConnectable={false} />
            </span>
          ))}
        </div>
      )}
    </div>
  );
}
