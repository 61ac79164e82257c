import { useQuery } from "@tanstack/react-query";
import { X } from "lucide-react";
import { useTranslation } from "react-i18next";
import { IconButton, LongSelect } from "@/components";
import { nameOf } from "@/features/tables/cells";
import { type DataColumn, type DataTable, tablesQuery } from "@/features/tables/queries";
import type { Json } from "../model/doc";
import { getIn } from "../model/path";
import { useStepForm } from "./form";
import { TemplateInput } from "./TemplateInput";

type TableFieldProps = { label: string; value: Json | undefined; onChange: (value: Json | undefined) => void };

/** One of the workspace's data tables, by its name. */
export function TableField({ label, value, onChange }: TableFieldProps) {
  const { t } = useTranslation("tables");
  const tables = useQuery(tablesQuery);
  const chosen = typeof value === "string" ? value : "";
  const names = tables.data?.map((table) => table.name) ?? [];
  const isElsewhere = chosen !== "" && tables.isSuccess && findTable(tables.data, chosen) === undefined;
  return (
    <LongSelect
      label={label}
      value={chosen}
      onChange={(name) => onChange(name || undefined)}
      groups={[
        { options: [{ value: "", label: t("field.none") }] },
        { label: t("title"), options: [...names, ...(chosen && !names.includes(chosen) ? [chosen] : [])].map((name) => ({ value: name, label: name === chosen && isElsewhere ? t("field.missing", { name }) : name })) },
      ]}
    />
  );
}

/** One of the columns of the step's table. */
export function ColumnField({ label, value, onChange, isOptional }: TableFieldProps & { isOptional: boolean }) {
  const { t } = useTranslation("tables");
  const columns = useStepColumns();
  const chosen = typeof value === "string" ? value : "";
  return (
    <LongSelect
      label={label}
      value={chosen}
      onChange={(name) => onChange(name || (isOptional ? undefined : ""))}
      groups={[{ options: [{ value: "", label: isOptional ? t("field.noColumn") : t("field.chooseColumn") }] }, { options: withChosen(columns, chosen ? [chosen] : [], (name) => t("field.missing", { name })) }]}
    />
  );
}

type RowValuesFieldProps = TableFieldProps & { known: readonly string[] };

/** Columns of the step's table, each with what is written into it. */
export function RowValuesField({ label, value, onChange, known }: RowValuesFieldProps) {
  const { t } = useTranslation("tables");
  const columns = useStepColumns();
  const given = value && typeof value === "object" && !Array.isArray(value) ? value : {};
  const names = Object.keys(given);
  const free = columns.filter((column) => !names.includes(column.name));
  const wordOf = (name: string) => {
    const column = columns.find((each) => each.name === name);
    return column ? nameOf(column) : name;
  };
  return (
    <div className="grid gap-1.5">
      {names.map((name) => (
        <div key={name} className="grid grid-cols-[2fr_3fr_auto] items-start gap-1.5">
          <bdi className="truncate pt-1.5 text-13" title={name}>
            {wordOf(name)}
          </bdi>
          <TemplateInput label={wordOf(name)} value={String(given[name] ?? "")} onChange={(text) => onChange({ ...given, [name]: text })} known={known} />
          <IconButton icon={X} label={t("filter.remove", { name: wordOf(name) })} onClick={() => onChange(Object.fromEntries(Object.entries(given).filter(([each]) => each !== name)))} />
        </div>
      ))}
      {free.length > 0 && (
        <LongSelect
          label={`${label}: ${t("field.addColumn")}`}
          value=""
          onChange={(name) => name && onChange({ ...given, [name]: "" })}
          groups={[{ options: [{ value: "", label: t("field.addColumn") }, ...free.map((column) => ({ value: column.name, label: optionOf(column) }))] }]}
        />
      )}
    </div>
  );
}

/** The columns of the table that the step asks; none while it is not known. */
function useStepColumns(): readonly DataColumn[] {
  const form = useStepForm();
  const tables = useQuery(tablesQuery).data ?? [];
  return findTable(tables, String(getIn(form.config, "table") ?? ""))?.columns ?? [];
}

const findTable = (tables: readonly DataTable[], name: string) => tables.find((table) => table.name.trim().toLowerCase() === name.trim().toLowerCase());
const optionOf = (column: DataColumn) => (column.label ? `${column.label} (${column.name})` : column.name);

function withChosen(columns: readonly DataColumn[], chosen: readonly string[], missing: (name: string) => string) {
  const names = columns.map((column) => column.name);
  return [...columns.map((column) => ({ value: column.name, label: optionOf(column) })), ...chosen.filter((name) => !names.includes(name)).map((name) => ({ value: name, label: missing(name) }))];
}
