import { useTranslation } from "react-i18next";
import type { Channel } from "@/api/models";
import { Button, Dialog, Field, Input, useToast } from "@/components";
import { useForm } from "@/features/auth/form";
import { type ChannelField, FIELDS } from "./providers";
import { useChangeChannel } from "./queries";

type Secret = "access_token" | "app_secret" | "auth_token";

/** New credentials for a number. What is left empty stays as it is. */
export function ReplaceDialog({ channel, isOpen, onOpenChange }: { channel: Channel; isOpen: boolean; onOpenChange: () => void }) {
  const { t } = useTranslation("channels");
  const toast = useToast();
  const change = useChangeChannel();
  const form = useForm<Secret>({ access_token: "", app_secret: "", auth_token: "" });
  const secrets = FIELDS[channel.provider].filter((field: ChannelField) => field.isSecret) as { name: Secret; label: "accessToken" }[];
  const submit = () => {
    const given = Object.fromEntries(secrets.flatMap(({ name }) => (form.values[name] ? [[name, form.values[name]]] : [])));
    if (!Object.keys(given).length) return form.show(Object.fromEntries(secrets.slice(0, 1).map(({ name }) => [name, t("required")])));
    change.mutate(
      { id: channel.id, ...given },
      {
        onSuccess: () => {
          toast({ text: t("replaced") });
          onOpenChange();
        },
        onError: form.refuse,
      },
    );
  };
  return (
    <Dialog isOpen={isOpen} onOpenChange={onOpenChange} title={t("replace")} text={t("credentials")}>
      <form {...form.bind(submit)} className="mt-3 grid gap-4">
        {secrets.map(({ name, label }) => (
          <Field key={name} label={t(label)} help={t(`${label}Help`)} error={form.errors[name]}>
            <Input {...form.field(name)} type="password" dir="ltr" autoComplete="off" />
          </Field>
        ))}
        {form.rest && (
          <p role="alert" className="text-13 text-danger">
            {form.rest}
          </p>
        )}
        <div className="flex justify-end gap-2">
          <Button onClick={onOpenChange}>{t("cancel")}</Button>
          <Button variant="primary" type="submit" isBusy={change.isPending}>
            {t("save")}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
