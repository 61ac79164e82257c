import { useReactFlow, useViewport } from "@xyflow/react";
import { AlignHorizontalDistributeCenter, AlignHorizontalJustifyCenter, AlignHorizontalJustifyEnd, AlignHorizontalJustifyStart, AlignVerticalDistributeCenter, AlignVerticalJustifyCenter, AlignVerticalJustifyEnd, AlignVerticalJustifyStart, BoxSelect, CircleQuestionMark, Copy, LayoutList, Maximize, Minus, Plus, StickyNote, Trash2 } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useLanguage } from "@/app/preferences";
import { cx, IconButton, Popover } from "@/components";
import type { FlowNodeType } from "@/api/models";
import { lookOf } from "../../look";
import { addNote } from "../model/edits";
import { useEditor, useEditorState } from "../model/useEditor";
import { DRAGGED_TYPE } from "./handles";
import { useClipboard } from "./useClipboard";
import { useTidy } from "./useTidy";
import { fitAll, isMapShown } from "./fitting";

const GROUPS = ["start", "says", "decides", "looks_up", "hands_over"] as const;
type ToolbarProps = { isChoosing: boolean; onChoosing: (isChoosing: boolean) => void; onHelp: () => void };

/** Floats over the canvas: what can be added, by group, and how it is looked at. With something chosen, what can be done with it. */
export function Toolbar({ isChoosing, onChoosing, onHelp }: ToolbarProps) {
  const { t } = useTranslation("editor");
  const { isReadOnly } = useEditor();
  const chosen = useEditorState((state) => state.chosen);
  return (
    <div role="toolbar" aria-label={t("tools")} className="pointer-events-none absolute inset-x-2 bottom-3 z-10 flex flex-col items-center gap-2">
      {chosen.length > 1 && !isReadOnly && <ChosenTools count={chosen.length} />}
      <div className="pointer-events-auto flex max-w-full items-center gap-1 overflow-x-auto rounded-lg border border-line bg-raised p-1.5 shadow-3">
        {!isReadOnly && GROUPS.map((group) => <GroupMenu key={group} group={group} />)}
        {!isReadOnly && <span aria-hidden="true" className="mx-1 h-8 w-px flex-none bg-line" />}
        <ViewTools isChoosing={isChoosing} onChoosing={onChoosing} onHelp={onHelp} />
      </div>
    </div>
  );
}

function GroupMenu({ group }: { group: (typeof GROUPS)[number] }) {
  const { t } = useTranslation("editor");
  const { typeList } = useEditor();
  const [isOpen, setOpen] = useState(false);
  const { icon: Icon } = lookOf(group);
  const found = typeList.filter((type) => type.group === group);
  if (found.length === 0) return null;
  return (
    <Popover
      isOpen={isOpen}
      onOpenChange={setOpen}
      label={t(`group.${group}`)}
      side="top"
      trigger={
        <button type="button" className="flex min-w-14 flex-none flex-col items-center gap-0.5 rounded-md px-2 py-1 text-12 text-ink-2 hover:bg-hover hover:text-ink data-[state=open]:bg-hover pointer-coarse:min-h-11">
          <Icon aria-hidden="true" strokeWidth={1.75} className="size-4" />
          {t(`group.${group}`)}
        </button>
      }
    >
          {found.map((type) => (
            <PaletteItem key={type.type} type={type} onDone={() => setOpen(false)} />
          ))}
    </Popover>
  );
}

function PaletteItem({ type, onDone }: { type: FlowNodeType; onDone: () => void }) {
  const language = useLanguage();
  const { add } = useEditor();
  const { icon: Icon, tile } = lookOf(type.group, type.icon);
  return (
    <button
      type="button"
      draggable
      onDragStart={(event) => {
        event.dataTransfer.setData(DRAGGED_TYPE, type.type);
        event.dataTransfer.effectAllowed = "copy";
      }}
      onDragEnd={onDone}
      onClick={() => {
        onDone();
        add({ at: null, type: type.type });
      }}
      className="flex w-full cursor-grab items-start gap-2.5 rounded-sm px-2 py-1.5 text-start hover:bg-hover"
    >
      <span className={cx("mt-0.5 grid size-6 flex-none place-items-center rounded-sm", tile)}>
        <Icon aria-hidden="true" strokeWidth={1.75} className="size-3.5" />
      </span>
      <span className="min-w-0">
        <span className="block text-13 font-medium">{type.label[language]}</span>
        <span className="block text-12 text-ink-3">{type.description[language]}</span>
      </span>
    </button>
  );
}

function ViewTools({ isChoosing, onChoosing, onHelp }: ToolbarProps) {
  const { t } = useTranslation("editor");
  const { store, isReadOnly } = useEditor();
  const flow = useReactFlow();
  const { tidy } = useTidy();
  const { zoom } = useViewport();
  const middle = () => {
    const pane = document.querySelector(".react-flow")?.getBoundingClientRect();
    return flow.screenToFlowPosition({ x: (pane?.x ?? 0) + (pane?.width ?? 0) / 2 - 100, y: (pane?.y ?? 0) + (pane?.height ?? 0) / 3 });
  };
  return (
    <>
      {!isReadOnly && (
        <>
          <IconButton icon={BoxSelect} label={t("choose")} aria-pressed={isChoosing} onClick={() => onChoosing(!isChoosing)} className="aria-pressed:bg-selected aria-pressed:text-ink" />
          <IconButton icon={StickyNote} label={t("addNote")} onClick={() => store.edit(addNote(middle()))} />
          <IconButton icon={LayoutList} label={t("tidy")} onClick={tidy} />
          <span aria-hidden="true" className="mx-1 h-8 w-px flex-none bg-line" />
        </>
      )}
      <IconButton icon={Minus} label={t("zoomOut")} onClick={() => void flow.zoomOut()} className="max-pane:hidden" />
      <span className="num w-10 flex-none text-center text-12 text-ink-2 max-pane:hidden">{t("zoom", { value: Math.round(zoom * 100) })}</span>
      <IconButton icon={Plus} label={t("zoomIn")} onClick={() => void flow.zoomIn()} className="max-pane:hidden" />
      <IconButton icon={Maximize} label={t("fit")} onClick={() => void flow.fitView(fitAll(isMapShown()))} />
      <IconButton icon={CircleQuestionMark} label={t("shortcuts.title")} onClick={onHelp} className="max-pane:hidden" />
    </>
  );
}

const LINES = [
  ["left", AlignHorizontalJustifyStart],
  ["center", AlignHorizontalJustifyCenter],
  ["right", AlignHorizontalJustifyEnd],
  ["top", AlignVerticalJustifyStart],
  ["middle", AlignVerticalJustifyCenter],
  ["bottom", AlignVerticalJustifyEnd],
] as const;
const SPREADS = [
  ["row", AlignHorizontalDistributeCenter],
  ["column", AlignVerticalDistributeCenter],
] as const;
const FEWEST_TO_SPREAD = 3;

function ChosenTools({ count }: { count: number }) {
  const { t } = useTranslation("editor");
  const { line } = useTidy();
  const { duplicate, removeChosen } = useClipboard();
  const ways = count < FEWEST_TO_SPREAD ? LINES : [...LINES, ...SPREADS];
  return (
    <div role="group" aria-label={t("chosen", { count })} className="animate-fade pointer-events-auto flex max-w-full flex-wrap items-center justify-center gap-1 rounded-lg border border-line bg-raised p-1 ps-3 shadow-3">
      <span className="me-1 text-12 text-ink-2">{t("chosen", { count })}</span>
      {ways.map(([how, icon]) => (
        <IconButton key={how} size="sm" icon={icon} label={t(`align.${how}`)} onClick={() => line(how)} />
      ))}
      <span aria-hidden="true" className="mx-1 h-6 w-px flex-none bg-line max-pane:hidden" />
      <IconButton size="sm" icon={Copy} label={t("duplicate")} onClick={duplicate} />
      <IconButton size="sm" icon={Trash2} label={t("remove")} onClick={removeChosen} />
    </div>
  );
}
