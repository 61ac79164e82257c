import { useTranslation } from "react-i18next";
import type { Blueprint, Fault } from "@/api/models";
import { LANGUAGE_NAMES, type Language } from "@/i18n";
import type { DrawnNode } from "./graph";
import { useExitName } from "./look";
import type { FlowNames } from "./words/flowNames";
import { useFaultWords } from "./words/useFaultWords";
import { useValueWords } from "./words/useValueWords";

const VALUE = "mb-1 rounded-md border border-line bg-surface px-2.5 py-1.5 wrap-anywhere whitespace-pre-wrap";

type InspectorProps = { node: DrawnNode; names: FlowNames; blueprint: Blueprint; faults: readonly Fault[] };

/** One step in full: its texts in each language, its settings in words, its ways out, and what is wrong with it. */
export function NodeInspector({ node, names, blueprint, faults }: InspectorProps) {
  const { t } = useTranslation("bots");
  const exitName = useExitName();
  const words = useFaultWords(names);
  const values = useValueWords(names);
  const spec = (blueprint.nodes ?? []).find((candidate) => candidate.id === node.id);
  const config = (spec?.config ?? {}) as Record<string, unknown>;
  const languages = blueprint.languages ?? ["en"];
  return (
    <div className="grid gap-4 p-4 text-13">
      <header>
        <h2 dir="auto" className="own-side text-16">
          {node.name}
        </h2>
        <p className="text-12 text-ink-3">{node.typeName}</p>
      </header>
      {faults.map((fault) => (
        <p key={`${fault.field}${fault.code}`} role="note" className={fault.severity === "error" ? "text-12 text-danger" : "text-12 text-warning"}>
          {fault.field && <bdi className="font-medium">{names.field(node.id, fault.field)}: </bdi>}
          {words(fault)}
        </p>
      ))}
      {Object.entries(config).map(([field, value]) => {
        const texts = localized(value, languages);
        const said = texts ? "" : values(names.stepType(node.id), field, value);
        return texts || said ? (
          <section key={field}>
            <h3 className="mb-1 text-12 text-ink-3">{names.field(node.id, field)}</h3>
            {texts?.map(([language, text]) => (
              <p key={language} dir="auto" lang={language} className={VALUE}>
                <span className="sr-only">{LANGUAGE_NAMES[language as Language] ?? language}</span>
                {text}
              </p>
            ))}
            {said && (
              <p dir="auto" className={VALUE}>
                {said}
              </p>
            )}
          </section>
        ) : null;
      })}
      <section>
        <h3 className="mb-1 text-12 text-ink-3">{t("exits")}</h3>
        <ul className="grid gap-1">
          {node.exits.map((exit) => (
            <li key={exit.name} className="flex justify-between gap-3">
              <bdi>{exitName(exit)}</bdi>
              <bdi className="text-ink-3">{exit.target ? names.step(exit.target) : t("ends")}</bdi>
            </li>
          ))}
          {node.exits.length === 0 && <li className="text-ink-3">{t("ends")}</li>}
        </ul>
      </section>
      {node.waiting > 0 && <p>{t("waitingHere", { count: node.waiting })}</p>}
    </div>
  );
}

/** A text by language, or null for what has none. */
function localized(value: unknown, languages: readonly string[]): [string, string][] | null {
  if (!value || typeof value !== "object" || Array.isArray(value)) return null;
  const texts = Object.entries(value as Record<string, unknown>).filter((entry): entry is [string, string] => languages.includes(entry[0]) && typeof entry[1] === "string");
  return texts.length ? texts : null;
}
