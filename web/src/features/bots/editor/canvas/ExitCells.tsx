import { Handle, Position } from "@xyflow/react";
import { Ellipsis, Plus } from "lucide-react";
import { useTranslation } from "react-i18next";
import { cx } from "@/components";
import { useExitWords } from "../../look";
import { NEXT } from "../model/doc";
import type { Exit } from "../model/facts";
import { useEditor, useEditorState } from "../model/useEditor";
import { HANDLE } from "./handles";

type ExitCellsProps = { stepId: string; cells: readonly Exit[]; gone: readonly string[]; hidden: number; used: string; onMore: () => void };

/** The foot of a step: a cell for each way out, with a ring to draw from, and a plus where nothing follows yet. */
export function ExitCells({ stepId, cells, gone, hidden, used, onMore }: ExitCellsProps) {
  const { t } = useTranslation("editor");
  const exitWords = useExitWords();
  const language = useEditorState((state) => state.doc.default_language);
  const connected = used ? used.split("\n") : [];
  const isOnlyWay = cells.length === 1 && gone.length === 0 && hidden === 0 && cells[0]?.name === NEXT;
  if (cells.length + gone.length + hidden === 0) return null;
  if (isOnlyWay) return <Ring stepId={stepId} exit={NEXT} label={exitWords(NEXT, null, language)} isLoose={connected.length === 0} />;
  return (
    <div className="flex divide-x divide-line border-t border-line">
      {cells.map((exit) => {
        const label = exitWords(exit.name, exit.label, language);
        return (
          <span key={exit.name} className="relative min-w-0 flex-1 px-1 py-1.5 text-center text-11 text-ink-2">
            <span dir="auto" title={label} className="cut block text-center!">
              {label}
            </span>
            <Ring stepId={stepId} exit={exit.name} label={label} isLoose={!connected.includes(exit.name)} />
          </span>
        );
      })}
      {gone.map((name) => (
        <span key={name} title={t("exitGone")} className="relative min-w-0 flex-1 px-1 py-1.5 text-center text-11 text-danger line-through">
          <span className="cut block text-center!">{name}</span>
          <Handle id={name} type="source" position={Position.Bottom} className={HANDLE} isConnectable={false} />
        </span>
      ))}
      {hidden > 0 && (
        <button type="button" tabIndex={-1} title={t("moreExits", { count: hidden })} aria-label={t("moreExits", { count: hidden })} onClick={onMore} className="nodrag grid w-7 flex-none place-items-center text-ink-3 hover:bg-hover">
          <Ellipsis aria-hidden="true" className="size-3.5" />
        </button>
      )}
    </div>
  );
}

function Ring({ stepId, exit, label, isLoose }: { stepId: string; exit: string; label: string; isLoose: boolean }) {
  const { t } = useTranslation("editor");
  const { add, isReadOnly } = useEditor();
  return (
    <>
      <Handle id={exit} type="source" position={Position.Bottom} className={HANDLE} isConnectable={!isReadOnly} />
      {isLoose && !isReadOnly && (
        <span className="pointer-events-none absolute inset-x-0 top-full flex flex-col items-center pt-1">
          <span className="h-2 border-s border-dashed border-line-control" />
          <button
            type="button"
            tabIndex={-1}
            title={t("addAfter", { exit: label })}
            aria-label={t("addAfter", { exit: label })}
            onClick={(event) => {
              event.stopPropagation();
              add({ at: null, from: { step: stepId, exit } });
            }}
            className={cx("nodrag nopan pointer-events-auto grid size-[18px] place-items-center rounded-full border border-dashed border-line-control bg-canvas text-ink-3", "hover:border-solid hover:border-accent hover:bg-accent hover:text-on-accent pointer-coarse:size-7")}
          >
            <Plus aria-hidden="true" className="size-3" />
          </button>
        </span>
      )}
    </>
  );
}
