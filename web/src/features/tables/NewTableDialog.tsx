import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { Button, Dialog, Field, Input } from "@/components";
import { useForm } from "@/features/auth/form";
import { useCreateTable } from "./queries";

/** A name, and the column by which rows are told apart: the rest is on the table's page. */
export function NewTableDialog({ isOpen, onOpenChange }: { isOpen: boolean; onOpenChange: (isOpen: boolean) => void }) {
  const { t } = useTranslation("tables");
  const navigate = useNavigate();
  const create = useCreateTable();
  const form = useForm({ name: "", description: "", column: "code" });
  const submit = () => {
    const { name, description, column } = form.values;
    if (!name.trim()) return form.show({ name: t("nameMissing") });
    create.mutate(
      { name: name.trim(), description: description.trim(), columns: [{ name: column.trim(), type: "text", label: "", options: [], is_required: false, is_key: true }] },
      {
        onSuccess: (table) => {
          onOpenChange(false);
          void navigate({ to: "/data/$tableId", params: { tableId: table.id } });
        },
        onError: form.refuse,
      },
    );
  };
  return (
    <Dialog isOpen={isOpen} onOpenChange={onOpenChange} title={t("create")} text={t("createText")}>
      <form {...form.bind(submit)} className="mt-3 grid gap-4">
        <Field label={t("name")} error={form.errors.name ?? form.rest ?? undefined}>
          <Input {...form.field("name")} autoFocus maxLength={60} />
        </Field>
        <Field label={t("description")}>
          <Input {...form.field("description")} maxLength={500} />
        </Field>
        <Field label={t("firstColumn")} help={t("column.nameHelp")}>
          <Input {...form.field("column")} dir="ltr" maxLength={60} />
        </Field>
        <div className="flex justify-end gap-2">
          <Button onClick={() => onOpenChange(false)}>{t("cancel")}</Button>
          <Button variant="primary" type="submit" isBusy={create.isPending}>
            {t("create")}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
