import { Languages, X } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useLanguage } from "@/app/preferences";
import { Badge, Button, Dialog, IconButton, LongSelect, Switch } from "@/components";
import { StepFormContext } from "../inspect/form";
import { languageName, LocalizedField } from "../inspect/LocalizedField";
import { type Config, configOf, type Doc } from "../model/doc";
import { setConfig, setLanguages } from "../model/edits";
import { getIn } from "../model/path";
import { useEditor, useEditorState } from "../model/useEditor";

const OFFERED = ["en", "ar", "fr", "es", "pt", "de", "tr", "ur", "fa", "hi", "id", "sw", "ru", "zh"];

/** Every text of the flow in each of its languages, side by side; languages come and go here. */
export function LanguagesDialog({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }) {
  const { t } = useTranslation("editor");
  const [onlyMissing, setOnlyMissing] = useState(false);
  return (
    <Dialog isOpen={isOpen} onOpenChange={onClose} size="lg" title={t("languages.title")} text={t("languages.text")}>
      <LanguageList />
      <label className="mt-4 flex items-center gap-2 text-13">
        <Switch isOn={onlyMissing} onChange={setOnlyMissing} label={t("languages.onlyMissing")} />
        {t("languages.onlyMissing")}
      </label>
      <Texts onlyMissing={onlyMissing} />
    </Dialog>
  );
}

function LanguageList() {
  const { t } = useTranslation("editor");
  const { store, isReadOnly } = useEditor();
  const languages = useEditorState((state) => state.doc.languages);
  const own = useEditorState((state) => state.doc.default_language);
  const more = OFFERED.filter((tag) => !languages.includes(tag)).map((tag) => ({ value: tag, label: languageName(tag) }));
  return (
    <ul className="mt-3 flex flex-wrap items-center gap-2">
      {languages.map((tag) => (
        <li key={tag} className="flex items-center gap-1 rounded-md border border-line-strong bg-surface ps-2.5">
          <span lang={tag} className="py-1 text-13 font-medium">
            {languageName(tag)}
          </span>
          {tag === own ? (
            <span className="pe-2.5 ps-1">
              <Badge>{t("languages.own")}</Badge>
            </span>
          ) : (
            !isReadOnly && (
              <>
                <Button size="sm" variant="ghost" onClick={() => store.edit(setLanguages(languages, tag))}>
                  {t("languages.makeOwn")}
                </Button>
                <IconButton size="sm" icon={X} label={t("removeOne", { name: languageName(tag) })} onClick={() => store.edit(setLanguages(languages.filter((each) => each !== tag), own))} />
              </>
            )
          )}
        </li>
      ))}
      {!isReadOnly && (
        <li className="w-44">
          <LongSelect label={t("languages.add")} value="" groups={[{ options: [{ value: "", label: t("languages.add") }, ...more] }]} onChange={(tag) => tag && store.edit(setLanguages([...languages, tag], own))} />
        </li>
      )}
    </ul>
  );
}

function Texts({ onlyMissing }: { onlyMissing: boolean }) {
  const { t } = useTranslation("editor");
  const language = useLanguage();
  const { store, types } = useEditor();
  const doc = useEditorState((state) => state.doc);
  const facts = useEditorState((state) => state.facts);
  const rows = doc.nodes.flatMap((step) => {
    const fields = Object.keys(facts.nodes[step.id]?.limits ?? {}).filter((field) => hasText(getIn(configOf(step), field)) && (!onlyMissing || isMissing(doc, configOf(step), field)));
    return fields.length > 0 ? [{ step, fields }] : [];
  });
  if (rows.length === 0) return <p className="mt-4 flex items-center gap-2 text-13 text-ink-3"><Languages aria-hidden="true" className="size-4" />{onlyMissing ? t("languages.noneMissing") : t("languages.none")}</p>;
  return (
    <ul className="mt-4 grid grid-cols-1 gap-4">
      {rows.map(({ step, fields }) => {
        const type = types.get(step.type);
        const name = step.name || type?.label[language] || step.type;
        return (
          <li key={step.id}>
            <h3 dir="auto" className="own-side mb-1.5 text-13">
              {name}
            </h3>
            <StepFormContext
              value={{
                id: step.id,
                config: configOf(step),
                example: (type?.example ?? {}) as Config,
                languages: doc.languages,
                defaultLanguage: doc.default_language,
                faults: facts.byNode[step.id] ?? [],
                limits: facts.nodes[step.id]?.limits ?? {},
                defaults: facts.nodes[step.id]?.defaults ?? {},
                known: facts.nodes[step.id]?.known ?? [],
                set: (path, value) => store.edit(setConfig(step.id, path, value), `${step.id}.${path}`),
              }}
            >
              <div className="grid gap-2">
                {fields.map((field) => (
                  <LocalizedField key={field} path={field} label={`${name}, ${field}`} isLong={(facts.nodes[step.id]?.limits[field] ?? 0) > 200} isSideBySide />
                ))}
              </div>
            </StepFormContext>
          </li>
        );
      })}
    </ul>
  );
}

const hasText = (value: unknown): boolean => (typeof value === "string" ? value.trim() !== "" : value !== null && typeof value === "object");

function isMissing(doc: Doc, config: Config, field: string): boolean {
  const value = getIn(config, field);
  if (!value || typeof value !== "object" || Array.isArray(value)) return false;
  return doc.languages.some((tag) => !String(value[tag] ?? "").trim());
}
