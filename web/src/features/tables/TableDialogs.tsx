import { useNavigate } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { Button, Checkbox, Dialog, Field, Input } from "@/components";
import { useErrorWords } from "@/i18n/useErrorWords";
import { nameOf } from "./cells";
import { TableUses } from "./TableUses";
import { type DataColumn, type DataTable, useDeleteTable, useRemoveColumn, useUpdateTable } from "./queries";

type TableDialogProps = { table: DataTable; onClose: () => void };

/** What a table is called, what it is for, and what tells its rows apart. */
export function SettingsDialog({ table, onClose }: TableDialogProps) {
  const { t } = useTranslation("tables");
  const words = useErrorWords();
  const update = useUpdateTable(table.id);
  const [name, setName] = useState(table.name);
  const [description, setDescription] = useState(table.description);
  const before = table.columns.filter((column) => column.is_key).map((column) => column.name);
  const [key, setKey] = useState<readonly string[]>(before);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const isSame = key.length === before.length && key.every((each) => before.includes(each));
    update.mutate({ name: name.trim(), description: description.trim(), revision: table.revision, ...(!isSame && { key: [...key] }) }, { onSuccess: onClose });
  };
  return (
    <Dialog isOpen onOpenChange={(isOpen) => !isOpen && onClose()} title={t("settings")} text={t("settingsText")}>
      <form noValidate onSubmit={submit} className="mt-3 grid gap-3">
        <Field label={t("name")} error={update.error ? words.reasonOf(update.error) : undefined}>
          <Input autoFocus maxLength={60} value={name} onChange={(event) => setName(event.target.value)} />
        </Field>
        <Field label={t("description")}>
          <Input maxLength={500} value={description} onChange={(event) => setDescription(event.target.value)} />
        </Field>
        <fieldset>
          <legend className="text-12 font-medium">{t("keyLabel")}</legend>
          <p className="text-12 text-ink-3">{t("keyHelp")}</p>
          <div className="mt-1 grid">
            {table.columns
              .filter((column) => column.type !== "json")
              .map((column) => (
                <p key={column.id} className="flex items-center gap-1 text-13">
                  <Checkbox
                    isOn={key.includes(column.name)}
                    onChange={(isOn) => setKey(isOn ? [...key, column.name] : key.filter((each) => each !== column.name))}
                    label={nameOf(column)}
                  />
                  <bdi aria-hidden="true">{nameOf(column)}</bdi>
                </p>
              ))}
          </div>
        </fieldset>
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>{t("cancel")}</Button>
          <Button variant="primary" type="submit" isBusy={update.isPending}>
            {t("save")}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

/** A table with its rows, for good: whoever means it types its name. */
export function DeleteTableDialog({ table, onClose }: TableDialogProps) {
  const { t } = useTranslation("tables");
  const words = useErrorWords();
  const navigate = useNavigate();
  const remove = useDeleteTable(table.id);
  const [typed, setTyped] = useState("");
  const [isWrong, setWrong] = useState(false);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (typed.trim() !== table.name) return setWrong(true);
    remove.mutate(undefined, { onSuccess: () => void navigate({ to: "/data" }) });
  };
  return (
    <Dialog isOpen onOpenChange={(isOpen) => !isOpen && onClose()} title={t("deleteTitle", { name: table.name })} text={t("deleteText", { count: table.row_count })}>
      <form noValidate onSubmit={submit} className="mt-3 grid gap-4">
        <TableUses tableId={table.id} />
        <Field label={t("deleteConfirm", { name: table.name })} error={isWrong ? t("deleteMismatch") : remove.error ? words.reasonOf(remove.error) : undefined}>
          <Input
            autoFocus
            value={typed}
            onChange={(event) => {
              setTyped(event.target.value);
              setWrong(false);
            }}
          />
        </Field>
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>{t("cancel")}</Button>
          <Button variant="danger" type="submit" isBusy={remove.isPending}>
            {t("deleteTable")}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

type RemoveColumnProps = TableDialogProps & { column: DataColumn };

/** A column with its cells, for good. */
export function RemoveColumnDialog({ table, column, onClose }: RemoveColumnProps) {
  const { t } = useTranslation("tables");
  const words = useErrorWords();
  const remove = useRemoveColumn(table.id);
  return (
    <Dialog
      isOpen
      onOpenChange={(isOpen) => !isOpen && onClose()}
      title={t("column.removeTitle", { name: nameOf(column) })}
      text={t("column.removeText")}
      actions={
        <>
          <Button onClick={onClose}>{t("cancel")}</Button>
          <Button variant="danger" isBusy={remove.isPending} onClick={() => remove.mutate(column.id, { onSuccess: onClose })}>
            {t("column.remove")}
          </Button>
        </>
      }
    >
      <div className="mt-3">
        <TableUses tableId={table.id} columnId={column.id} />
      </div>
      {remove.error && (
        <p role="alert" className="mt-2 text-13 text-danger">
          {words.reasonOf(remove.error)}
        </p>
      )}
    </Dialog>
  );
}
