import { useReactFlow } from "@xyflow/react";
import { BoxSelect, ClipboardPaste, Copy, CopyPlus, LayoutList, Maximize, Pencil, Plus, Scissors, StickyNote, Trash2 } from "lucide-react";
import { type MouseEvent, type PointerEvent, type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { ContextItem, ContextLine, ContextMenu } from "@/components";
import type { Place } from "../model/doc";
import { addNote, removeParts } from "../model/edits";
import { useEditor, useEditorState } from "../model/useEditor";
import { isTyping } from "./typing";
import type { Clipboard } from "./useClipboard";
import { useTidy } from "./useTidy";
import { fitAll, isMapShown } from "./fitting";

type Spot = { kind: "step" | "note" | "link" | "canvas"; id: string; at: Place };
type CanvasMenuProps = { clipboard: Clipboard; onClosed: () => void; children: ReactNode };

/** What can be done with what is under the pointer: by a right click, by a finger that stays, or by the menu key. */
export function CanvasMenu({ clipboard, onClosed, children }: CanvasMenuProps) {
  const { store, isReadOnly } = useEditor();
  const [spot, setSpot] = useState<Spot | null>(null);
  const flow = useReactFlow();
  // A finger says where it is when it comes down; the menu opens later.
  const look = (event: PointerEvent | MouseEvent) => {
    const part = event.target instanceof Element ? event.target.closest<HTMLElement>(".react-flow__node, .react-flow__edge") : null;
    const id = part?.dataset["id"] ?? "";
    const kind = !part ? "canvas" : part.classList.contains("react-flow__edge") ? "link" : store.get().doc.comments.some((note) => note.id === id) ? "note" : "step";
    setSpot({ kind, id, at: flow.screenToFlowPosition({ x: event.clientX, y: event.clientY }) });
  };
  return (
    <ContextMenu onClosed={onClosed} items={spot && (isReadOnly ? <LookItems /> : <Items spot={spot} clipboard={clipboard} />)}>
      <div className="size-full [-webkit-touch-callout:none]" onPointerDownCapture={(event) => event.pointerType !== "mouse" && look(event)}>
        <div
          className="size-full"
          onContextMenuCapture={(event) => {
            // A field keeps the device's own menu: spelling, copy, paste.
            if (isTyping(event.target)) return event.stopPropagation();
            look(event);
          }}
        >
          {children}
        </div>
      </div>
    </ContextMenu>
  );
}

function Items({ spot, clipboard }: { spot: Spot; clipboard: Clipboard }) {
  switch (spot.kind) {
    case "link":
      return <LinkItems spot={spot} />;
    case "canvas":
      return <CanvasItems spot={spot} clipboard={clipboard} />;
    default:
      return <PartItems spot={spot} clipboard={clipboard} />;
  }
}

/** Of a step or a note; of all that are chosen, where it is one of them. */
function PartItems({ spot, clipboard }: { spot: Spot; clipboard: Clipboard }) {
  const { t } = useTranslation("editor");
  const { store, add, open } = useEditor();
  const many = useEditorState((state) => (state.chosen.includes(spot.id) ? state.chosen.length : 1));
  const chosen = (run: () => void) => () => {
    if (!store.get().chosen.includes(spot.id)) store.choose([spot.id]);
    run();
  };
  return (
    <>
      {spot.kind === "step" && many === 1 && (
        <>
          <ContextItem icon={Pencil} keys="Enter" onSelect={chosen(() => open(spot.id))}>
            {t("editStep")}
          </ContextItem>
          <ContextItem icon={Plus} keys="/" onSelect={chosen(() => add({ at: null }))}>
            {t("addBehind")}
          </ContextItem>
          <ContextLine />
        </>
      )}
      <ContextItem icon={Copy} keys="Ctrl C" onSelect={chosen(clipboard.copy)}>
        {t("copy")}
      </ContextItem>
      <ContextItem
        icon={Scissors}
        keys="Ctrl X"
        onSelect={chosen(() => {
          clipboard.copy();
          clipboard.removeChosen();
        })}
      >
        {t("cut")}
      </ContextItem>
      <ContextItem icon={CopyPlus} keys="Ctrl D" onSelect={chosen(clipboard.duplicate)}>
        {t("duplicate")}
      </ContextItem>
      <ContextLine />
      <ContextItem icon={Trash2} keys="Delete" onSelect={chosen(clipboard.removeChosen)}>
        {many > 1 ? t("removeMany", { count: many }) : t("remove")}
      </ContextItem>
    </>
  );
}

function LinkItems({ spot }: { spot: Spot }) {
  const { t } = useTranslation("editor");
  const { store, add } = useEditor();
  return (
    <>
      <ContextItem icon={Plus} keys="Enter" onSelect={() => add({ at: spot.at, link: spot.id })}>
        {t("insertHere")}
      </ContextItem>
      <ContextItem icon={Trash2} keys="Delete" onSelect={() => store.edit(removeParts(new Set([spot.id])))}>
        {t("removeLink")}
      </ContextItem>
    </>
  );
}

function CanvasItems({ spot, clipboard }: { spot: Spot; clipboard: Clipboard }) {
  const { t } = useTranslation("editor");
  const { store, add } = useEditor();
  return (
    <>
      <ContextItem icon={Plus} keys="/" onSelect={() => add({ at: spot.at })}>
        {t("addHere")}
      </ContextItem>
      <ContextItem icon={StickyNote} onSelect={() => store.edit(addNote(spot.at))}>
        {t("addNote")}
      </ContextItem>
      <ContextItem icon={ClipboardPaste} keys="Ctrl V" onSelect={clipboard.paste}>
        {t("paste")}
      </ContextItem>
      <ContextLine />
      <LookItems />
    </>
  );
}

function LookItems() {
  const { t } = useTranslation("editor");
  const { store, isReadOnly } = useEditor();
  const flow = useReactFlow();
  const { tidy } = useTidy();
  return (
    <>
      <ContextItem icon={BoxSelect} keys="Ctrl A" onSelect={() => store.choose(store.get().nodes.map((node) => node.id))}>
        {t("chooseAll")}
      </ContextItem>
      {!isReadOnly && (
        <ContextItem icon={LayoutList} keys="L" onSelect={tidy}>
          {t("tidy")}
        </ContextItem>
      )}
      <ContextItem icon={Maximize} keys="F" onSelect={() => void flow.fitView(fitAll(isMapShown()))}>
        {t("fit")}
      </ContextItem>
    </>
  );
}
