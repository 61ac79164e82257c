import { Copy, Ellipsis, Trash2 } from "lucide-react";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { useLanguage } from "@/app/preferences";
import { cx, IconButton, Menu, MenuItem, Tabs } from "@/components";
import { lookOf } from "../../look";
import { useClipboard } from "../canvas/useClipboard";
import { type Config, configOf, type Step } from "../model/doc";
import { changeField, renameStep } from "../model/edits";
import { isCounting, readFields } from "../model/schema";
import { useEditor, useEditorState } from "../model/useEditor";
import { BubblePreview } from "./BubblePreview";
import { ExitsTab } from "./ExitsTab";
import { FaultLine } from "./FaultLine";
import { FieldView } from "./FieldView";
import { TriggerPanel } from "./TriggerPanel";
import { type StepForm, StepFormContext } from "./form";

const NO_FAULTS = [] as const;
const NOTHING = {} as const;
type Tab = "content" | "waiting" | "exits";

/** The form of one step, drawn from its type's schema. */
export function Inspector({ step }: { step: Step }) {
  const { t } = useTranslation("editor");
  const language = useLanguage();
  const { store, types } = useEditor();
  const type = types.get(step.type);
  const facts = useEditorState((state) => state.facts.nodes[step.id]);
  const faults = useEditorState((state) => state.facts.byNode[step.id]) ?? NO_FAULTS;
  const languages = useEditorState((state) => state.doc.languages);
  const defaultLanguage = useEditorState((state) => state.doc.default_language);
  const [tab, setTab] = useState<Tab>("content");
  const fields = useMemo(() => readFields((type?.schema ?? {}) as Config), [type]);
  const form = useMemo<StepForm>(
    () => ({
      id: step.id,
      config: configOf(step),
      example: (type?.example ?? {}) as Config,
      languages,
      defaultLanguage,
      faults,
      limits: facts?.limits ?? NOTHING,
      defaults: facts?.defaults ?? NOTHING,
      known: facts?.known ?? [],
      set: (path, value) => store.edit(changeField(step, path, value), `${step.id}.${path}`),
    }),
    [step, type, languages, defaultLanguage, faults, facts, store],
  );
  const { icon: Icon, tile } = lookOf(type?.group ?? null, type?.icon);
  const counting = fields.filter((field) => isCounting(field, fields, form.config));
  const waiting = counting.filter((field) => field.section === "waiting");
  const content = counting.filter((field) => field.section !== "waiting");
  const shown = tab === "content" ? content : tab === "waiting" ? waiting : [];
  const loose = faults.filter((fault) => !fault.field || !/^[a-z_]+/u.test(fault.field) || fault.field.startsWith("exits.") || fault.field.startsWith("edges.") || fault.field === "type");
  return (
    <StepFormContext value={form}>
      <header className="flex items-start gap-2.5 px-4 pt-4 max-pane:pe-14">
        <span className={cx("mt-0.5 grid size-7 flex-none place-items-center rounded-sm", tile)}>
          <Icon aria-hidden="true" strokeWidth={1.75} className="size-4" />
        </span>
        <div className="min-w-0 grow">
          <input
            key={step.id}
            dir="auto"
            aria-label={t("stepName")}
            placeholder={type?.label[language] ?? step.type}
            maxLength={120}
            value={step.name ?? ""}
            onChange={(event) => store.edit(renameStep(step.id, event.target.value), `${step.id} name`)}
            className="own-side -mx-1.5 w-[calc(100%+12px)] rounded-sm border border-transparent bg-transparent px-1.5 text-[15px] font-semibold text-ink placeholder:font-semibold placeholder:text-ink hover:border-line focus:bg-surface"
          />
          <p className="text-12 text-ink-3">{step.name || !type ? (type?.label[language] ?? step.type) : t(`group.${type.group}`)}</p>
        </div>
        <StepMenu />
      </header>
      <Tabs<Tab>
        label={t("parts")}
        value={tab}
        onChange={setTab}
        items={[
          { value: "content", label: t("tab.content") },
          ...(waiting.length > 0 ? [{ value: "waiting" as const, label: t("tab.waiting") }] : []),
          { value: "exits", label: t("tab.exits") },
        ]}
        listClassName="mt-2 px-4"
        className="flex min-h-0 grow flex-col"
        panelClassName="min-h-0 grow overflow-y-auto outline-none!"
      >
        <div className="grid grid-cols-1 gap-4 p-4">
          {type?.description[language] && tab === "content" && <p className="text-12 text-ink-3">{type.description[language]}</p>}
          {loose.length > 0 && tab !== "waiting" && (
            <div className="-mt-1">
              {loose.map((fault) => (
                <FaultLine key={`${fault.field}${fault.code}`} fault={fault} />
              ))}
            </div>
          )}
          {shown.map((field) => (
            <FieldView key={`${step.id}.${field.name}`} field={field} path={field.name} />
          ))}
          {tab === "content" && <TriggerPanel step={step} />}
          {tab === "content" && <BubblePreview fields={content} />}
          {tab === "exits" && <ExitsTab step={step} />}
        </div>
      </Tabs>
    </StepFormContext>
  );
}

function StepMenu() {
  const { t } = useTranslation("editor");
  const { isReadOnly } = useEditor();
  const { duplicate, copy, removeChosen } = useClipboard();
  if (isReadOnly) return null;
  return (
    <Menu trigger={<IconButton icon={Ellipsis} label={t("stepMenu")} />}>
      <MenuItem icon={Copy} onSelect={duplicate}>
        {t("duplicate")}
      </MenuItem>
      <MenuItem icon={Copy} onSelect={copy}>
        {t("copy")}
      </MenuItem>
      <MenuItem icon={Trash2} onSelect={removeChosen}>
        {t("remove")}
      </MenuItem>
    </Menu>
  );
}
