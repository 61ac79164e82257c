import { useTranslation } from "react-i18next";
import type { FlowNodeType } from "@/api/models";
import { useLanguage } from "@/app/preferences";
import type { FieldChange } from "../../compare/compare";
import type { Config } from "../model/doc";
import { readFields } from "../model/schema";

type FieldsProps = { fields: readonly FieldChange[]; type: FlowNodeType | undefined; mine: string; theirs: string };

/** What is in conflict: each field by the name that it has in its form, and both values side by side. */
export function ClashFields({ fields, type, mine, theirs }: FieldsProps) {
  const { t } = useTranslation("editor");
  const nameOf = useFieldName(type);
  if (fields.length === 0) return null;
  return (
    <ul aria-label={t("clash.differs")} className="grid basis-full gap-2">
      {fields.map((field) => (
        <li key={field.path} className="min-w-0">
          <bdi className="text-12 font-medium">{nameOf(field.path)}</bdi>
          {field.path !== "position" && (
            <dl className="mt-1 grid gap-1 pane:grid-cols-2">
              <Value label={mine} value={field.before} />
              <Value label={theirs} value={field.after} />
            </dl>
          )}
        </li>
      ))}
    </ul>
  );
}

function Value({ label, value }: { label: string; value: unknown }) {
  const { t } = useTranslation("editor");
  return (
    <div className="min-w-0 rounded-md bg-sunken px-2.5 py-1.5">
      <dt className="text-11 text-ink-3">{label}</dt>
      <dd dir="auto" className="own-side max-h-24 overflow-y-auto text-13 whitespace-pre-wrap [overflow-wrap:anywhere]">
        {value === undefined || value === null || value === "" ? <span className="text-ink-3">{t("clash.absent")}</span> : typeof value === "string" ? value : JSON.stringify(value)}
      </dd>
    </div>
  );
}

/** A field's name as its form says it; what lies deeper stands behind it as it is written. */
function useFieldName(type: FlowNodeType | undefined): (path: string) => string {
  const { t } = useTranslation("editor");
  const language = useLanguage();
  return (path) => {
    const [first = "", field = "", ...deeper] = path.split(".");
    if (first === "name") return t("clash.stepName");
    if (first === "type") return t("clash.stepType");
    if (first === "position") return t("clash.position");
    if (first !== "config" || !field) return path;
    const known = readFields((type?.schema ?? {}) as Config).find((each) => each.name === field);
    return [known?.label?.[language] ?? field.replaceAll("_", " "), ...deeper].join(" · ");
  };
}
