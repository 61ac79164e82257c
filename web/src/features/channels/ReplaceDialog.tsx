import { useTranslation } from "react-i18next";
import type { Channel } from "@/api/models";
import { Button, Dialog, Field, Input, useToast } from "@/components";
import { useForm } from "@/features/auth/form";
import { useChangeChannel } from "./queries";

/** New credentials for a number. What is left empty stays as it is. */
export function ReplaceDialog({ channel, isOpen, onOpenChange }: { channel: Channel; isOpen: boolean; onOpenChange: () => void }) {
  const { t } = useTranslation("channels");
  const toast = useToast();
  const change = useChangeChannel();
  const form = useForm({ access_token: "", app_secret: "" });
  const submit = () => {
    const { access_token, app_secret } = form.values;
    if (!access_token && !app_secret) return form.show({ access_token: t("required") });
    change.mutate(
      { id: channel.id, ...(access_token && { access_token }), ...(app_secret && { app_secret }) },
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
        <Field label={t("accessToken")} help={t("accessTokenHelp")} error={form.errors.access_token ?? form.rest ?? undefined}>
          <Input {...form.field("access_token")} type="password" dir="ltr" autoComplete="off" />
        </Field>
        <Field label={t("appSecret")} help={t("appSecretHelp")} error={form.errors.app_secret}>
          <Input {...form.field("app_secret")} type="password" dir="ltr" autoComplete="off" />
        </Field>
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
