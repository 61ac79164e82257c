import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { Button, Dialog, Field } from "@/components";
import { useErrorWords } from "@/i18n/useErrorWords";
import { CellInput, useCellText } from "./CellInput";
import { cellOf, nameOf } from "./cells";
import { type DataRow, type DataTable, useChangeRow, useCreateRow, type Values } from "./queries";

type RowDialogProps = { table: DataTable; row: DataRow | null; onClose: () => void };

/** All cells of a row, one below the other: a new row, or one on a phone. */
export function RowDialog({ table, row, onClose }: RowDialogProps) {
  const { t } = useTranslation("tables");
  const words = useErrorWords();
  const textOf = useCellText();
  const create = useCreateRow(table.id);
  const change = useChangeRow(table.id);
  const [texts, setTexts] = useState(() => Object.fromEntries(table.columns.map((column) => [column.name, row ? textOf(column, row.values[column.name]) : ""])));
  const [refused, setRefused] = useState<unknown>(null);
  const faults = refused ? words.splitOf(refused, table.columns.map((column) => `values.${column.name}`)) : null;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const changed = table.columns.filter((column) => texts[column.name] !== (row ? textOf(column, row.values[column.name]) : ""));
    const values: Values = Object.fromEntries(changed.map((column) => [column.name, cellOf(texts[column.name] ?? "")]));
    const after = { onSuccess: onClose, onError: setRefused };
    if (row) change.mutate({ rowId: row.id, values, revision: row.revision }, after);
    else create.mutate(values, after);
  };
  return (
    <Dialog isOpen onOpenChange={(isOpen) => !isOpen && onClose()} title={row ? t("editRowTitle") : t("addRowTitle")}>
      <form noValidate onSubmit={submit} className="mt-3 grid gap-3">
        {table.columns.map((column, at) => (
          <Field
            key={column.id}
            label={nameOf(column)}
            aside={<span className="font-normal text-ink-3">{column.is_key ? t("key") : column.is_required ? t("required") : t(`type.${column.type}`)}</span>}
            error={faults?.fields[`values.${column.name}`]}
          >
            <CellInput column={column} isLong isFocused={at === 0} text={texts[column.name] ?? ""} onChange={(text) => setTexts((before) => ({ ...before, [column.name]: text }))} />
          </Field>
        ))}
        {faults?.rest && (
          <p role="alert" className="text-13 text-danger">
            {faults.rest}
          </p>
        )}
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>{t("cancel")}</Button>
          <Button variant="primary" type="submit" isBusy={create.isPending || change.isPending}>
            {row ? t("save") : t("addRow")}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
