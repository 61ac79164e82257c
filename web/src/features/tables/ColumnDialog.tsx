import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { ApiError } from "@/api/errors";
import { Button, Checkbox, Dialog, Field, Input, Select, Textarea } from "@/components";
import { useErrorWords } from "@/i18n/useErrorWords";
import { COLUMN_TYPES, type ColumnType } from "./cells";
import { LostValues } from "./LostValues";
import { type ConversionReport, type DataColumn, type DataTable, useAddColumn, useChangeColumn } from "./queries";
import { TableUses } from "./TableUses";

type ColumnDialogProps = { table: DataTable; column: DataColumn | null; onClose: () => void };

/** A new column, or another name or type of one: what could not be converted is shown before anything is lost. */
export function ColumnDialog({ table, column, onClose }: ColumnDialogProps) {
  const { t } = useTranslation("tables");
  const words = useErrorWords();
  const add = useAddColumn(table.id);
  const change = useChangeColumn(table.id);
  const [given, setGiven] = useState({ name: column?.name ?? "", label: column?.label ?? "", type: column?.type ?? ("text" as ColumnType), options: column?.options.join("\n") ?? "", isRequired: column?.is_required ?? false });
  const [refused, setRefused] = useState<unknown>(null);
  const set = (changes: Partial<typeof given>) => {
    setGiven((before) => ({ ...before, ...changes }));
    setRefused(null);
  };
  const lost = refused instanceof ApiError && refused.code === "values_would_be_lost" ? (refused.details as unknown as ConversionReport) : null;
  const faults = refused && !lost ? words.splitOf(refused, ["name", "options"]) : null;
  const send = (discards: boolean) => {
    const options = given.type === "choice" ? given.options.split("\n").map((line) => line.trim()).filter(Boolean) : [];
    const body = { name: given.name.trim(), label: given.label.trim(), type: given.type, is_required: given.isRequired };
    const after = { onSuccess: onClose, onError: setRefused };
    if (column) change.mutate({ columnId: column.id, ...body, ...(given.type === "choice" && { options }), discards, revision: table.revision }, after);
    else add.mutate({ ...body, options, is_key: false }, after);
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    send(lost !== null);
  };
  return (
    <Dialog isOpen onOpenChange={(isOpen) => !isOpen && onClose()} title={column ? t("column.edit", { name: column.label || column.name }) : t("column.add")}>
      <form noValidate onSubmit={submit} className="mt-3 grid gap-3">
        <Field label={t("column.name")} help={t("column.nameHelp")} error={faults?.fields.name}>
          <Input dir="ltr" autoFocus maxLength={60} value={given.name} onChange={(event) => set({ name: event.target.value.replaceAll(/\s/gu, "_") })} />
        </Field>
        <Field label={t("column.label")} help={t("column.labelHelp")}>
          <Input maxLength={60} value={given.label} onChange={(event) => set({ label: event.target.value })} />
        </Field>
        <Field label={t("column.type")}>
          <Select value={given.type} onChange={(type) => set({ type: type as ColumnType })} options={COLUMN_TYPES.map((type) => ({ value: type, label: t(`type.${type}`) }))} />
        </Field>
        {given.type === "choice" && (
          <Field label={t("column.options")} error={faults?.fields.options}>
            <Textarea rows={4} value={given.options} onChange={(event) => set({ options: event.target.value })} />
          </Field>
        )}
        <p className="flex items-center gap-1 text-13">
          <Checkbox isOn={given.isRequired} onChange={(isRequired) => set({ isRequired })} label={t("column.required")} />
          <span aria-hidden="true">{t("column.required")}</span>
        </p>
        {column && <TableUses tableId={table.id} columnId={column.id} />}
        {lost && <LostValues report={lost} />}
        {faults?.rest && (
          <p role="alert" className="text-13 text-danger">
            {faults.rest}
          </p>
        )}
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>{t("cancel")}</Button>
          <Button variant={lost ? "danger" : "primary"} type="submit" isBusy={add.isPending || change.isPending}>
            {lost ? t("column.discard") : column ? t("save") : t("column.add")}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
