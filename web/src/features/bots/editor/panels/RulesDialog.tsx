import { useTranslation } from "react-i18next";
import { Button, Dialog, Field, Select, Switch } from "@/components";
import type { Doc } from "../model/doc";
import { setRule } from "../model/edits";
import { useEditor, useEditorState } from "../model/useEditor";

const CHOICES = { on_keyword: ["switch", "ask", "ignore"], on_human: ["end", "park"] } as const;
type Ruled = keyof typeof CHOICES;

/** What holds for the whole flow: interrupts and how texts leave. Part of the draft, saved and undone like any other edit. */
export function RulesDialog({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }) {
  const { t } = useTranslation("insight");
  const { store } = useEditor();
  const settings: Partial<Doc["settings"]> = useEditorState((state) => state.doc.settings) ?? {};
  const isMerging = settings.merge_messages ?? false;
  return (
    <Dialog isOpen={isOpen} onOpenChange={onClose} title={t("rules.title")} text={t("rules.text")} actions={<Button onClick={onClose}>{t("rules.done")}</Button>}>
      <div className="mt-4 grid gap-4">
        {(["on_keyword", "on_human"] as const).map((name) => (
          <RuleField key={name} name={name} value={settings[name] ?? CHOICES[name][0]} />
        ))}
        <div className="flex items-start gap-3">
          <Switch isOn={isMerging} onChange={(isOn) => store.edit(setRule("merge_messages", isOn))} label={t("rules.merge_messages.label")} />
          <div>
            <p className="text-13 font-medium">{t("rules.merge_messages.label")}</p>
            <p className="text-12 text-ink-3">{t("rules.merge_messages.help")}</p>
          </div>
        </div>
        <p className="text-12 text-ink-3">{t("rules.languages")}</p>
      </div>
    </Dialog>
  );
}

function RuleField({ name, value }: { name: Ruled; value: string }) {
  const { t } = useTranslation("insight");
  const { store } = useEditor();
  const options = CHOICES[name].map((choice) => ({ value: choice, label: t(`rules.${name}.${choice}` as "rules.on_human.end") }));
  return (
    <Field label={t(`rules.${name}.label`)} help={t(`rules.${name}.help`)}>
      <Select value={value} options={options} onChange={(choice) => store.edit(setRule(name, choice as never))} />
    </Field>
  );
}
