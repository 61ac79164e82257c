import { Link } from "@tanstack/react-router";
import { ChevronLeft, CircleAlert, CircleCheck, CloudCheck, CloudOff, Ellipsis, Languages, LoaderCircle, Redo2, SlidersHorizontal, TriangleAlert, Undo2 } from "lucide-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { Bot, DraftState } from "@/api/models";
import { Avatar, Badge, Button, cx, IconButton, Menu, MenuItem } from "@/components";
import { useFormat } from "@/features/auth/queries";
import { useErrorWords } from "@/i18n/useErrorWords";
import { FOLDED } from "../folding";
import { PublishButton } from "../PublishButton";
import { useEditor, useEditorState } from "./model/useEditor";
import type { SavingState } from "./saving/saver";

type EditorBarProps = {
  bot: Bot;
  saving: SavingState;
  others: DraftState["others"];
  onSave: () => Promise<void>;
  /** Saves what is not saved yet: the revision that is published. Throws where that cannot be done now. */
  onBeforePublish: () => Promise<number>;
  onProblems: () => void;
  onLanguages: () => void;
  onRules: () => void;
  onFault: (node: string | null, field: string | null) => void;
  /** Which version is looked at. */
  tools: ReactNode;
  /** What a phone keeps in a menu. */
  more?: ReactNode;
};

/** The head of the editor: what it is, whether it is saved, who else is here, what is to be fixed; and the way out to customers. */
export function EditorBar({ bot, saving, others, onSave, onBeforePublish, onProblems, onLanguages, onRules, onFault, tools, more }: EditorBarProps) {
  const { t } = useTranslation(["editor", "bots", "insight"]);
  const { store } = useEditor();
  const canUndo = useEditorState((state) => state.history.past !== null);
  const canRedo = useEditorState((state) => state.history.future !== null);
  return (
    <header className="flex min-h-(--topbar-h) flex-none flex-wrap items-center gap-x-2 gap-y-1 wide:flex-nowrap max-pane:justify-between max-pane:gap-x-0 max-pane:px-2 border-b border-line bg-surface px-4 py-2">
      <Link to="/flows" aria-label={t("bots:back")} className="grid size-8 flex-none place-items-center rounded-md text-ink-2 hover:bg-hover max-pane:-order-2 pointer-coarse:size-11">
        <ChevronLeft aria-hidden="true" className="flip size-4" />
      </Link>
      <h1 dir="auto" className="cut text-16 max-pane:-order-2 max-pane:grow max-pane:basis-16">
        {bot.name}
      </h1>
      <span className="max-wide:hidden"><Badge>{bot.published ? t("draftOf", { number: bot.published.number + 1 }) : t("bots:draft")}</Badge></span>
      <Saved saving={saving} onSave={onSave} />
      <span className="min-w-0 max-pane:-order-2">
        <Others others={others} />
      </span>
      <span className="grow max-pane:hidden" />
      {bot.waiting > 0 && <span className="text-12 text-ink-3 max-full:hidden">{t("bots:waiting", { count: bot.waiting })}</span>}
      <IconButton icon={Undo2} label={t("undo")} aria-disabled={!canUndo} onClick={store.undo} className={cx(!canUndo && "opacity-40")} isIconDirected />
      <IconButton icon={Redo2} label={t("redo")} aria-disabled={!canRedo} onClick={store.redo} className={cx(!canRedo && "opacity-40")} isIconDirected />
      <IconButton icon={Languages} label={t("languages.title")} onClick={onLanguages} />
      <IconButton icon={SlidersHorizontal} label={t("insight:rules.open")} onClick={onRules} className="max-pane:hidden" />
      <Problems onPress={onProblems} />
      {tools}
      <Menu trigger={<IconButton icon={Ellipsis} label={t("bots:more")} className="pane:hidden" />}>
        <MenuItem icon={SlidersHorizontal} onSelect={onRules}>
          {t("insight:rules.open")}
        </MenuItem>
        {more}
      </Menu>
      <span className="ms-auto max-pane:-order-1 max-pane:ms-2">
        <PublishButton bot={bot} onFault={onFault} onBefore={onBeforePublish} />
      </span>
      <span className="-order-1 basis-full pane:hidden" />
    </header>
  );
}

function Problems({ onPress }: { onPress: () => void }) {
  const { t } = useTranslation("editor");
  const errors = useEditorState((state) => state.facts.faults.filter((fault) => fault.severity === "error").length);
  const warnings = useEditorState((state) => state.facts.faults.length) - errors;
  const count = errors || warnings;
  const [icon, words, tone] =
    errors > 0
      ? ([CircleAlert, t("problems.toFix", { count: errors }), "text-danger!"] as const)
      : warnings > 0
        ? ([TriangleAlert, t("problems.toThink", { count: warnings }), "text-warning!"] as const)
        : ([CircleCheck, t("problems.fine"), "text-success!"] as const);
  return (
    <span role="status">
      <Button variant="ghost" icon={icon} onClick={onPress} className={tone}>
        <span className="max-pane:sr-only">{words}</span>
        {count > 0 && (
          <span aria-hidden="true" className="num pane:hidden">
            {count}
          </span>
        )}
      </Button>
    </span>
  );
}

/** A word on where one's work is: never a spinner for a state that we know. */
function Saved({ saving, onSave }: { saving: SavingState; onSave: () => Promise<void> }) {
  const { t } = useTranslation("editor");
  const format = useFormat();
  const { reasonOf } = useErrorWords();
  switch (saving.status) {
    case "offline":
      return (
        <button type="button" onClick={() => void onSave()} className="flex items-center gap-1.5 text-12 text-warning">
          <CloudOff aria-hidden="true" className="size-3.5" />
          {t("saved.offline")}
        </button>
      );
    case "refused":
      return (
        <span role="alert" className="flex items-center gap-1.5 text-12 text-danger">
          <CircleAlert aria-hidden="true" className="size-3.5" />
          {t("saved.refused", { reason: reasonOf(saving.error) })}
        </span>
      );
    case "clash":
      return <span className="text-12 text-warning">{t("saved.clash")}</span>;
    default: {
      const isSaved = saving.status === "saved";
      const Icon = isSaved ? CloudCheck : LoaderCircle;
      return (
        <span data-saved={isSaved || undefined} className="flex flex-none items-center gap-1.5 text-12 text-ink-3 max-pane:hidden">
          <Icon aria-hidden="true" className={cx("size-3.5", !isSaved && "animate-turn")} />
          <span className="max-wide:sr-only">{isSaved ? t("saved.at", { time: format.time(saving.at) }) : t("saved.saving")}</span>
        </span>
      );
    }
  }
}

function Others({ others }: { others: DraftState["others"] }) {
  const { t } = useTranslation("editor");
  if (others.length === 0) return null;
  const [first] = others;
  const words = others.length === 1 && first?.is_self ? t("others.self") : t("others.here", { count: others.length, name: first?.name ?? "" });
  return (
    <span role="status" title={words} className="flex min-w-0 shrink items-center gap-1.5 rounded-full bg-human-soft py-0.5 ps-0.5 pe-2.5 text-12 text-human max-full:pe-0.5">
      {others.slice(0, 3).map((other) => (
        <Avatar key={other.id} name={other.name} size="sm" />
      ))}
      <span className={FOLDED}>{words}</span>
    </span>
  );
}
