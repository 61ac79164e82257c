import { Filter, X } from "lucide-react";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { Button, Field, IconButton, LongSelect, Popover, SearchField } from "@/components";
import type { RowsSearch } from "@/routes/tables";
import { CellInput } from "./CellInput";
import { nameOf, needsValue, OPERATORS, type Operator } from "./cells";
import type { DataTable } from "./queries";

type RowFiltersProps = { table: DataTable; search: RowsSearch; onChange: (changes: RowsSearch) => void };

/** A word in any cell, and conditions on columns, each a chip that can be taken away. */
export function RowFilters({ table, search, onChange }: RowFiltersProps) {
  const { t } = useTranslation("tables");
  const [isOpen, setOpen] = useState(false);
  const where = search.where ?? [];
  return (
    <div className="mb-3 flex flex-wrap items-center gap-2">
      <SearchField label={t("search")} placeholder={t("search")} value={search.q ?? ""} onSearch={(q) => onChange({ q: q || undefined })} className="min-w-0 grow basis-48 pane:max-w-72" />
      <Popover isOpen={isOpen} onOpenChange={setOpen} label={t("filter.title")} align="start" trigger={<Button icon={Filter}>{t("filter.add")}</Button>}>
        <FilterForm
          table={table}
          onAdd={(filter) => {
            setOpen(false);
            onChange({ where: [...where, filter].slice(-10) });
          }}
        />
      </Popover>
      {where.map((filter, at) => {
        const column = table.columns.find((each) => each.name === filter.column);
        const name = column ? nameOf(column) : filter.column;
        return (
          <span key={at} className="inline-flex max-w-full items-center gap-1 rounded-full border border-line-strong bg-surface ps-3 text-12">
            <span className="truncate">
              <bdi>{name}</bdi> {t(`operator.${filter.operator}`)} {filter.value && <bdi className="font-medium">{filter.value}</bdi>}
            </span>
            <IconButton icon={X} size="sm" label={t("filter.remove", { name })} onClick={() => onChange({ where: where.length > 1 ? where.filter((_, place) => place !== at) : undefined })} />
          </span>
        );
      })}
    </div>
  );
}

type Given = NonNullable<RowsSearch["where"]>[number];

function FilterForm({ table, onAdd }: { table: DataTable; onAdd: (filter: Given) => void }) {
  const { t } = useTranslation("tables");
  const [name, setName] = useState(table.columns[0]?.name ?? "");
  const column = table.columns.find((each) => each.name === name) ?? table.columns[0];
  const [operator, setOperator] = useState<Operator | null>(null);
  const [value, setValue] = useState("");
  if (!column) return null;
  const choices = OPERATORS[column.type];
  const chosen = operator && choices.includes(operator) ? operator : (choices[0] ?? "is_empty");
  const isNoNumber = column.type === "number" && value.trim() !== "" && !/\p{Nd}/u.test(value);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!needsValue(chosen)) onAdd({ column: column.name, operator: chosen });
    else if (value.trim() && !isNoNumber) onAdd({ column: column.name, operator: chosen, value: value.trim() });
  };
  return (
    <form noValidate onSubmit={submit} className="grid gap-2.5 p-2">
      <Field label={t("filter.column")}>
        <LongSelect value={column.name} onChange={setName} groups={[{ options: table.columns.map((each) => ({ value: each.name, label: nameOf(each) })) }]} />
      </Field>
      <Field label={t("filter.operator")}>
        <LongSelect value={chosen} onChange={(next) => setOperator(next as Operator)} groups={[{ options: choices.map((each) => ({ value: each, label: t(`operator.${each}`) })) }]} />
      </Field>
      {needsValue(chosen) && (
        <Field label={t("filter.value")} error={isNoNumber ? t("filter.noNumber") : undefined}>
          <CellInput column={column} text={value} onChange={setValue} />
        </Field>
      )}
      <Button variant="primary" type="submit">
        {t("filter.apply")}
      </Button>
    </form>
  );
}
