import { useTranslation } from "react-i18next";
import { Button, Dialog, Field, Input, useToast } from "@/components";
import { useForm } from "@/features/auth/form";
import { CopyLine } from "./CopyLine";
import { useConnect } from "./queries";

const NOTHING = { name: "", number: "", phone_number_id: "", waba_id: "", access_token: "", app_secret: "" };

/** Connect a number of Meta's: what Meta shows, field by field, and afterwards what Meta wants to know. */
export function ConnectDialog({ isOpen, onOpenChange }: { isOpen: boolean; onOpenChange: (isOpen: boolean) => void }) {
  const { t } = useTranslation("channels");
  const toast = useToast();
  const connect = useConnect();
  const form = useForm(NOTHING);
  const made = connect.data;
  const close = () => {
    onOpenChange(false);
    connect.reset();
  };
  const submit = () => {
    const missing = Object.fromEntries(Object.entries(form.values).flatMap(([name, value]) => (value.trim() ? [] : [[name, t("required")]])));
    form.show(missing);
    if (Object.keys(missing).length) return;
    connect.mutate({ provider: "meta", ...form.values }, { onError: form.refuse });
  };
  if (made) {
    return (
      <Dialog
        isOpen={isOpen}
        onOpenChange={close}
        size="lg"
        title={made.status === "active" ? t("created", { name: made.name }) : t("connectTitle")}
        text={made.status === "active" ? undefined : t("notReady", { reason: made.status_reason })}
        actions={
          <Button variant="primary" onClick={close}>
            {t("save")}
          </Button>
        }
      >
        <div className="mt-3 grid gap-4">
          <CopyLine label={t("webhook")} help={t("webhookHelp")} value={made.webhook_url} onCopied={() => toast({ text: t("copied") })} />
          {made.verify_token && <CopyLine label={t("verify")} help={t("verifyHelp")} value={made.verify_token} onCopied={() => toast({ text: t("copied") })} />}
        </div>
      </Dialog>
    );
  }
  return (
    <Dialog isOpen={isOpen} onOpenChange={close} size="lg" title={t("connectTitle")} text={t("connectText")}>
      <form {...form.bind(submit)} className="mt-3 grid gap-4 pane:grid-cols-2">
        <Field label={t("name")} error={form.errors.name}>
          <Input {...form.field("name")} autoFocus maxLength={80} />
        </Field>
        <Field label={t("number")} help={t("numberHelp")} error={form.errors.number}>
          <Input {...form.field("number")} dir="ltr" inputMode="tel" />
        </Field>
        <Field label={t("phoneNumberId")} help={t("phoneNumberIdHelp")} error={form.errors.phone_number_id}>
          <Input {...form.field("phone_number_id")} dir="ltr" inputMode="numeric" />
        </Field>
        <Field label={t("wabaId")} help={t("wabaIdHelp")} error={form.errors.waba_id}>
          <Input {...form.field("waba_id")} dir="ltr" inputMode="numeric" />
        </Field>
        <Field label={t("accessToken")} help={t("accessTokenHelp")} error={form.errors.access_token}>
          <Input {...form.field("access_token")} type="password" dir="ltr" autoComplete="off" />
        </Field>
        <Field label={t("appSecret")} help={t("appSecretHelp")} error={form.errors.app_secret}>
          <Input {...form.field("app_secret")} type="password" dir="ltr" autoComplete="off" />
        </Field>
        {form.rest && (
          <p role="alert" className="text-13 text-danger pane:col-span-2">
            {form.rest}
          </p>
        )}
        <div className="flex justify-end gap-2 pane:col-span-2">
          <Button onClick={close}>{t("cancel")}</Button>
          <Button variant="primary" type="submit" isBusy={connect.isPending}>
            {t("connect")}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
