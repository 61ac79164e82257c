import { Plus } from "lucide-react";
import { useTranslation } from "react-i18next";
import { useLanguage } from "@/app/preferences";
import { IconButton, LongSelect } from "@/components";
import { useExitWords } from "../../look";
import { exitOf, type Step } from "../model/doc";
import { connect, removeParts } from "../model/edits";
import { exitsOf } from "../model/facts";
import { useEditor, useEditorState } from "../model/useEditor";

/** Every way out of a step and where it leads: connecting without a mouse, and the exits that the canvas keeps folded. */
export function ExitsTab({ step }: { step: Step }) {
  const { t } = useTranslation("editor");
  const language = useLanguage();
  const { store, types, add, isReadOnly } = useEditor();
  const facts = useEditorState((state) => state.facts.nodes[step.id]);
  const doc = useEditorState((state) => state.doc);
  const words = useExitWords();
  const exits = exitsOf(facts, types.get(step.type));
  const nameOf = (other: Step) => other.name || types.get(other.type)?.label[language] || other.type;
  const options = doc.nodes.filter((other) => !types.get(other.type)?.is_trigger).map((other) => ({ value: other.id, label: nameOf(other) }));
  if (exits.length === 0) return <p className="text-13 text-ink-3">{t("noExits")}</p>;
  return (
    <ul className="grid gap-3">
      {exits.map((exit) => {
        const link = doc.edges.find((each) => each.source === step.id && exitOf(each) === exit.name);
        const label = words(exit.name, exit.label, doc.default_language);
        return (
          <li key={exit.name}>
            <p dir="auto" className="own-side mb-1 text-12 font-medium">
              {label}
            </p>
            <div className="flex items-center gap-1.5">
              <div className="min-w-0 grow">
                <LongSelect
                  label={t("leadsTo", { exit: label })}
                  value={link?.target ?? ""}
                  groups={[{ options: [{ value: "", label: exit.covered_by ? t("coveredBy", { exit: words(exit.covered_by, null, doc.default_language) }) : t("endsHere") }, ...options] }]}
                  onChange={(target) => {
                    if (isReadOnly) return;
                    if (target) store.edit(connect({ step: step.id, exit: exit.name }, target));
                    else if (link) store.edit(removeParts(new Set([link.id])));
                  }}
                />
              </div>
              {!isReadOnly && <IconButton icon={Plus} label={t("addAfter", { exit: label })} onClick={() => add({ at: null, from: { step: step.id, exit: exit.name } })} />}
            </div>
          </li>
        );
      })}
    </ul>
  );
}
