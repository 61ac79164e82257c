import { useTranslation } from "react-i18next";
import type { Clash } from "../model/merge";
import type { FlowNames } from "../../words/flowNames";
import { useValueWords } from "../../words/useValueWords";

type FieldsProps = { clash: Clash; names: FlowNames; mine: string; theirs: string };

/** What is in conflict: each field by the name that it has in its form, and both values side by side, in words. */
export function ClashFields({ clash, names, mine, theirs }: FieldsProps) {
  const { t } = useTranslation("editor");
  const words = useValueWords(names);
  if (clash.fields.length === 0) return null;
  const [list = "", id] = splitKey(clash.key);
  const stepId = list === "nodes" ? id : null;
  const type = names.stepType(stepId);
  const pathOf = (path: string) => (list === "nodes" ? path.replace(/^config\./u, "") : list === "edges" || list === "comments" ? path : [clash.key, path].filter(Boolean).join("."));
  const shown = (path: string, value: unknown) =>
    list !== "edges" || typeof value !== "string" ? words(type, pathOf(path), value) : path === "sourceHandle" ? names.exit(names.link(id)?.source ?? "", value) : path === "source" || path === "target" ? names.step(value) : value;
  return (
    <ul aria-label={t("clash.differs")} className="grid basis-full gap-2">
      {clash.fields.map((field) => (
        <li key={field.path} className="min-w-0">
          <bdi className="text-12 font-medium">{names.field(stepId, pathOf(field.path))}</bdi>
          {field.path !== "position" && (
            <dl className="mt-1 grid gap-1 pane:grid-cols-2">
              <Value label={mine} text={shown(field.path, field.before)} />
              <Value label={theirs} text={shown(field.path, field.after)} />
            </dl>
          )}
        </li>
      ))}
    </ul>
  );
}

function Value({ label, text }: { label: string; text: string }) {
  const { t } = useTranslation("editor");
  return (
    <div className="min-w-0 rounded-md bg-sunken px-2.5 py-1.5">
      <dt className="text-11 text-ink-3">{label}</dt>
      <dd dir="auto" className="own-side max-h-24 overflow-y-auto text-13 whitespace-pre-wrap [overflow-wrap:anywhere]">
        {text || <span className="text-ink-3">{t("clash.absent")}</span>}
      </dd>
    </div>
  );
}

/** What a clash is of: a step, a connection or a note by its id, or a part of the whole flow. */
function splitKey(key: string): [list: string, id: string] {
  const [list = "", ...id] = key.split(".");
  return [list, id.join(".")];
}

/** What a clash is called: a step as everywhere, a connection by the way out that it leaves by, a note by its first words. */
export function nameClash(clash: Clash, names: FlowNames): string {
  const [list, id] = splitKey(clash.key);
  if (list === "nodes") return names.step(id);
  const link = list === "edges" ? names.link(id) : undefined;
  if (link) return `${names.step(link.source)} › ${names.exit(link.source, link.sourceHandle ?? "next")}`;
  return list === "comments" && clash.name !== id ? clash.name : names.field(null, list);
}
