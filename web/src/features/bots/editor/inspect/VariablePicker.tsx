import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { useLanguage } from "@/app/preferences";
import { Input, Popover } from "@/components";
import { useEditor } from "../model/useEditor";

type VariablePickerProps = { known: readonly string[]; onPick: (name: string) => void; children: ReactNode };

/** What can be put in here: what the flow has stored on the way to this step, then what every flow knows. */
export function VariablePicker({ known, onPick, children }: VariablePickerProps) {
  const { t } = useTranslation("editor");
  const language = useLanguage();
  const { values } = useEditor();
  const [isOpen, setOpen] = useState(false);
  const [word, setWord] = useState("");
  const fits = (text: string) => text.toLowerCase().includes(word.trim().toLowerCase());
  const groups = [
    { title: t("variables.here"), items: known.filter(fits).map((name) => ({ name, label: "" })) },
    { title: t("variables.always"), items: values.filter((value) => fits(value.name) || fits(value.label[language] ?? "")).map((value) => ({ name: value.name, label: value.label[language] ?? "" })) },
  ].filter((group) => group.items.length > 0);
  const pick = (name: string) => {
    setOpen(false);
    setWord("");
    onPick(name);
  };
  const first = groups[0]?.items[0]?.name;
  return (
    <Popover isOpen={isOpen} onOpenChange={setOpen} trigger={children} label={t("putIn")} align="end">
          <Input
            aria-label={t("variables.search")}
            placeholder={t("variables.search")}
            value={word}
            onChange={(event) => setWord(event.target.value)}
            onKeyDown={(event) => {
              if (event.key === "Enter" && first) pick(first);
            }}
            className="mb-1"
          />
          <div className="max-h-[280px] overflow-y-auto">
            {groups.map((group) => (
              <section key={group.title}>
                <h3 className="px-2 pt-1.5 pb-0.5 text-12 font-medium text-ink-3">{group.title}</h3>
                {group.items.map((item) => (
                  <button key={item.name} type="button" onClick={() => pick(item.name)} className="flex w-full items-baseline gap-2 rounded-sm px-2 py-1 text-start text-13 hover:bg-hover pointer-coarse:min-h-11">
                    <bdi dir="ltr" className="cut rounded-xs bg-accent-soft px-1 text-12 text-accent-ink">
                      {item.name}
                    </bdi>
                    <span className="cut text-12 text-ink-3">{item.label}</span>
                  </button>
                ))}
              </section>
            ))}
            {groups.length === 0 && <p className="px-2 py-3 text-12 text-ink-3">{t("variables.none")}</p>}
          </div>
    </Popover>
  );
}
