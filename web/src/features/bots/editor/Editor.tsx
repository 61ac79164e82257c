import { ReactFlowProvider, useReactFlow } from "@xyflow/react";
import { ListChecks, Smartphone } from "lucide-react";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Bot, Flow, FlowNodeType } from "@/api/models";
import { BottomSheet, Button, cx } from "@/components";
import { useSession } from "@/features/auth/queries";
import { FOLDED_LATE } from "../folding";
import { PreviewPhone } from "../preview/PreviewPhone";
import { settle, settledRevision } from "../preview/settle";
import { useIsNarrow } from "../preview/useIsNarrow";
import { usePlayer } from "../preview/usePlayer";
import type { KnownValue } from "../queries";
import { TestsDialog } from "../tests/TestsDialog";
import { Canvas } from "./canvas/Canvas";
import { EditorBar } from "./EditorBar";
import { Inspector } from "./inspect/Inspector";
import { placeStep } from "./model/adding";
import { factsOf } from "./model/facts";
import { isUnplaced, layOut, STEP_SIZE } from "./model/layout";
import { movePlaces } from "./model/edits";
import { createEditorStore } from "./model/store";
import { type AddWish, type Editor as EditorValue, EditorContext, useEditor, useEditorState } from "./model/useEditor";
import { AddDialog } from "./panels/AddDialog";
import { ClashDialog } from "./panels/ClashDialog";
import { GoneDialog, isMissing } from "./panels/GoneDialog";
import { LanguagesDialog } from "./panels/LanguagesDialog";
import { Outline } from "./panels/Outline";
import { ProblemsPanel } from "./panels/ProblemsPanel";
import { RulesDialog } from "./panels/RulesDialog";
import { ShortcutsDialog } from "./panels/ShortcutsDialog";
import { RestoreDialog } from "./saving/RestoreDialog";
import { useOthers } from "./saving/useOthers";
import { useSaver } from "./saving/useSaver";
import { useTheirs } from "./saving/useTheirs";

type EditorProps = { bot: Bot; opened: Flow; types: readonly FlowNodeType[]; values: readonly KnownValue[]; node: string | undefined; onNode: (node: string | undefined) => void; restore?: number | undefined; onRestored: () => void; tools: React.ReactNode; more: React.ReactNode };

/** The editor of a bot's draft: canvas, form, and everything between a thought and a published version. */
export function Editor(props: EditorProps) {
  return (
    <ReactFlowProvider>
      <Workbench {...props} />
    </ReactFlowProvider>
  );
}

type Panel = "problems" | "languages" | "rules" | "keys" | null;

function Workbench({ bot, opened, types: typeList, values, node, onNode, restore, onRestored, tools, more }: EditorProps) {
  const { t } = useTranslation(["editor", "preview", "bots"]);
  const me = useSession()?.user.id;
  const flow = useReactFlow();
  const [store] = useState(() => {
    const doc = isUnplaced(opened.blueprint) ? movePlaces(layOut(opened.blueprint, () => STEP_SIZE))(opened.blueprint) : opened.blueprint;
    const created = createEditorStore(doc, factsOf(opened));
    if (node) created.choose([node]);
    return created;
  });
  const { saver, saving } = useSaver(bot.id, me, opened, store);
  const { state: others, isGone } = useOthers(bot.id, true);
  const [wish, setWish] = useState<AddWish | null>(null);
  const [panel, setPanel] = useState<Panel>(null);
  const [isSheetOpen, setSheetOpen] = useState(false);
  const player = usePlayer(store, bot.id);
  const [hasPhone, setPhone] = useState(false);
  const [isTesting, setTesting] = useState(false);
  const isSheet = useIsNarrow();
  const isBeside = hasPhone && !isSheet;
  const types = useMemo(() => new Map(typeList.map((type) => [type.type, type])), [typeList]);

  const open = useCallback(
    (id: string, field: string | null = null) => {
      store.choose([id]);
      setSheetOpen(isNarrow());
      if (!isWide()) setPhone(false);
      focusForm(field);
    },
    [store],
  );
  const place = useCallback(
    (name: string, given: AddWish) => {
      const type = types.get(name);
      if (!type) return;
      const pane = document.querySelector(".react-flow")?.getBoundingClientRect();
      const middle = flow.screenToFlowPosition({ x: (pane?.x ?? 0) + (pane?.width ?? 0) / 2, y: (pane?.y ?? 0) + (pane?.height ?? 0) / 3 });
      const { edit, id } = placeStep(type, given, { ...store.get(), types, middle });
      setWish(null);
      store.edit(edit);
      store.choose([id]);
      if (!isNarrow()) focusForm(null);
      requestAnimationFrame(() => void flow.fitView({ nodes: [{ id }], maxZoom: flow.getZoom(), minZoom: Math.min(0.7, flow.getZoom()), duration: 200, padding: 0.4 }));
    },
    [flow, store, types],
  );
  const add = useCallback((given: AddWish) => (given.type ? place(given.type, given) : setWish(given)), [place]);
  const recheck = useCallback(() => void saver.recheck().catch(() => undefined), [saver]);
  const editor = useMemo<EditorValue>(() => ({ store, types, typeList, values, isReadOnly: false, add, open, recheck }), [store, types, typeList, values, add, open, recheck]);

  const phoneButton = useRef<HTMLButtonElement>(null);
  const closePhone = () => {
    setPhone(false);
    phoneButton.current?.focus();
  };
  const showProblems = () => {
    if (isSheet) setPhone(false);
    setPanel("problems");
  };
  const preview = <PreviewPhone botId={bot.id} player={player} onSave={() => settle(saver)} onProblems={showProblems} {...(isBeside && { onClose: closePhone })} />;

  useTheirs(saver, saving, others);

  return (
    <EditorContext value={editor}>
      <SelectionInAddress onNode={onNode} />
      <EditorBar
        bot={bot}
        saving={saving}
        others={others?.others ?? []}
        onSave={() => saver.send()}
        onBeforePublish={() => settledRevision(saver)}
        onProblems={() => setPanel("problems")}
        onLanguages={() => setPanel("languages")}
        onRules={() => setPanel("rules")}
        onFault={(id, field) => (id ? open(id, field) : setPanel("problems"))}
        tools={
          <>
            <Button ref={phoneButton} icon={Smartphone} title={t("preview:open")} aria-expanded={hasPhone} onClick={() => setPhone(!hasPhone)}>
              <span className={FOLDED_LATE}>{t("preview:open")}</span>
            </Button>
            <Button variant="ghost" icon={ListChecks} title={t("bots:tests.title")} aria-label={t("bots:tests.title")} onClick={() => setTesting(true)}>
              <span className={FOLDED_LATE}>{t("bots:tests.short")}</span>
            </Button>
            {tools}
          </>
        }
        more={more}
      />
      <div className="flex min-h-0 grow">
        <div className="relative min-w-0 grow bg-canvas">
          <Canvas onPlaceType={(type, at) => place(type, { at })} onHelp={() => setPanel("keys")} />
          <EditButton onPress={() => setSheetOpen(true)} />
        </div>
        <aside aria-label={t("inspector")} onKeyDown={(event) => event.key === "Escape" && backToStep(store.get().chosen[0])} className={cx("flex w-[320px] flex-none flex-col overflow-hidden border-s border-line bg-canvas", isBeside ? "max-wide:hidden" : "max-pane:hidden")}>
          <Side />
        </aside>
        {isBeside && (
          <aside aria-label={t("preview:title")} onKeyDown={(event) => event.key === "Escape" && !event.defaultPrevented && closePhone()} className="flex w-[340px] flex-none flex-col overflow-hidden border-s border-line bg-canvas">
            {preview}
          </aside>
        )}
      </div>
      <BottomSheet isOpen={isSheetOpen} onOpenChange={setSheetOpen} title={t("inspector")} children={<Side />} />
      <BottomSheet isOpen={hasPhone && isSheet} onOpenChange={setPhone} title={t("preview:title")}>
        {preview}
      </BottomSheet>
      <AddDialog wish={wish} onClose={() => setWish(null)} onPick={place} />
      <TestsDialog isOpen={isTesting} onClose={() => setTesting(false)} botId={bot.id} onBefore={() => settle(saver)} />
      <ShortcutsDialog isOpen={panel === "keys"} onClose={() => setPanel(null)} />
      <RulesDialog isOpen={panel === "rules"} onClose={() => setPanel(null)} />
      <LanguagesDialog isOpen={panel === "languages"} onClose={() => setPanel(null)} />
      <ProblemsPanel
        isOpen={panel === "problems"}
        onClose={() => setPanel(null)}
        onShow={(id, field) => {
          setPanel(null);
          open(id, field);
          void flow.fitView({ nodes: [{ id }], maxZoom: 1, duration: 200 });
        }}
      />
      {(isGone || isMissing(saving.error)) && <GoneDialog bot={bot} doc={() => store.get().doc} />}
      {restore !== undefined && <RestoreDialog bot={bot} number={restore} onClose={onRestored} />}
      {saving.status === "clash" && saving.theirs && (
        <Clash
          theirs={saving.theirs}
          base={saver.base()}
          onDone={(doc, choose) => {
            const theirs = saving.theirs;
            if (!theirs) return;
            if (doc !== store.get().doc) store.rebase({ base: saver.base(), theirs: theirs.blueprint, doc, choose });
            saver.rebase(theirs);
          }}
        />
      )}
    </EditorContext>
  );
}

function Side() {
  const chosen = useEditorState((state) => (state.chosen.length === 1 ? state.chosen[0] : undefined));
  const step = useEditorState((state) => state.doc.nodes.find((each) => each.id === chosen));
  return step ? <Inspector key={step.id} step={step} /> : <Outline />;
}

function Clash(props: Omit<React.ComponentProps<typeof ClashDialog>, "mine">) {
  const mine = useEditorState((state) => state.doc);
  return <ClashDialog {...props} mine={mine} />;
}

/** On a phone the form rises from below, when it is asked for. */
function EditButton({ onPress }: { onPress: () => void }) {
  const { t } = useTranslation("editor");
  const hasChosen = useEditorState((state) => state.chosen.length === 1);
  const isEmpty = useEditorState((state) => state.doc.nodes.length === 0);
  if (isEmpty) return null;
  return (
    <div className="absolute inset-x-0 top-3 z-10 flex justify-center pane:hidden">
      <Button variant="primary" onClick={onPress}>
        {hasChosen ? t("editStep") : t("outline")}
      </Button>
    </div>
  );
}

/** The chosen step stands in the address, so that a colleague can be sent to it. */
function SelectionInAddress({ onNode }: { onNode: (node: string | undefined) => void }) {
  const { store } = useEditor();
  const chosen = useEditorState((state) => (state.chosen.length === 1 ? state.chosen[0] : undefined));
  useEffect(() => {
    const timer = setTimeout(() => onNode(store.get().doc.nodes.some((step) => step.id === chosen) ? chosen : undefined), 150);
    return () => clearTimeout(timer);
  }, [chosen, onNode, store]);
  return null;
}

const isNarrow = () => !window.matchMedia("(min-width: 720px)").matches;
const isWide = () => window.matchMedia("(min-width: 1200px)").matches;

/** Out of the form, back to its step on the canvas. */
function backToStep(id: string | undefined): void {
  if (id) document.querySelector<HTMLElement>(`.react-flow__node[data-id="${CSS.escape(id)}"]`)?.focus();
}

/** Into the form, once it is drawn: to a field, or to the first one that is written into, unless somebody is in the form by then. */
function focusForm(field: string | null): void {
  setTimeout(() => {
    const form = [...document.querySelectorAll<HTMLElement>("aside, [role=dialog]")].find((each) => each.querySelector("[data-field]") && each.offsetParent !== null);
    if (field === null && form?.contains(document.activeElement)) return;
    const at = (path: string) => form?.querySelector(`[data-field="${CSS.escape(path)}"]`)?.querySelector<HTMLElement>("textarea, input");
    const target = (field && (at(field) ?? at(field.split(".")[0] ?? ""))) || form?.querySelector<HTMLElement>("[data-field] textarea, [data-field] input");
    if (!target) return;
    target.focus();
    target.scrollIntoView({ block: "nearest" });
  }, 120);
}
