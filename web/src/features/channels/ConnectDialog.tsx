import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { ChannelCreated } from "@/api/models";
import { Button, CopyLine, Dialog, Field, Input, Tabs, useToast } from "@/components";
import { useForm } from "@/features/auth/form";
import { type ChannelField, FIELDS, type FormValues, PROVIDERS, type Provider, toChannel } from "./providers";
import { useConnect } from "./queries";

const NOTHING: FormValues = {
  name: "",
  number: "",
  phone_number_id: "",
  waba_id: "",
  access_token: "",
  app_secret: "",
  account_sid: "",
  auth_token: "",
  master_account_sid: "",
};

/** Connect a number: what its provider shows, field by field, and afterwards what the provider wants to know. */
export function ConnectDialog({ isOpen, onOpenChange }: { isOpen: boolean; onOpenChange: (isOpen: boolean) => void }) {
  const { t } = useTranslation("channels");
  const connect = useConnect();
  const [provider, setProvider] = useState<Provider>("meta");
  const form = useForm(NOTHING);
  const close = () => {
    onOpenChange(false);
    connect.reset();
  };
  if (connect.data) return <Connected made={connect.data} isOpen={isOpen} onClose={close} />;
  const fields: readonly ChannelField[] = FIELDS[provider];
  const submit = () => {
    const needed = ["name", "number", ...fields.flatMap((field) => (field.isOptional ? [] : [field.name]))] as (keyof FormValues)[];
    const missing = Object.fromEntries(needed.flatMap((name) => (form.values[name].trim() ? [] : [[name, t("required")]])));
    form.show(missing);
    if (Object.keys(missing).length) return;
    connect.mutate(toChannel(provider, form.values), { onError: form.refuse });
  };
  const change = (next: Provider) => {
    form.show({});
    setProvider(next);
  };
  return (
    <Dialog isOpen={isOpen} onOpenChange={close} size="lg" title={t("connectTitle")} text={t("connectText")}>
      <Tabs className="mt-3" label={t("provider")} value={provider} onChange={change} items={PROVIDERS.map((value) => ({ value, label: t(`providers.${value}`) }))}>
        <form {...form.bind(submit)} className="mt-4 grid gap-4 pane:grid-cols-2">
          <Field label={t("name")} error={form.errors.name}>
            <Input {...form.field("name")} autoFocus maxLength={80} />
          </Field>
          <Field label={t("number")} help={t("numberHelp")} error={form.errors.number}>
            <Input {...form.field("number")} dir="ltr" inputMode="tel" />
          </Field>
          {FIELDS[provider].map((field: ChannelField) => {
            const name = field.name as keyof FormValues;
            return (
              <Field key={name} label={t(field.label as "accessToken")} help={t(`${field.label}Help` as "accessTokenHelp")} error={form.errors[name]}>
                <Input {...form.field(name)} dir="ltr" autoComplete="off" type={field.isSecret ? "password" : "text"} inputMode={field.inputMode} />
              </Field>
            );
          })}
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
      </Tabs>
    </Dialog>
  );
}

function Connected({ made, isOpen, onClose }: { made: ChannelCreated; isOpen: boolean; onClose: () => void }) {
  const { t } = useTranslation("channels");
  const toast = useToast();
  const isReady = made.status === "active";
  return (
    <Dialog
      isOpen={isOpen}
      onOpenChange={onClose}
      size="lg"
      title={isReady ? t("created", { name: made.name }) : t("connectTitle")}
      text={isReady ? undefined : t("notReady", { reason: made.status_reason })}
      actions={
        <Button variant="primary" onClick={onClose}>
          {t("save")}
        </Button>
      }
    >
      <div className="mt-3 grid gap-4">
        <CopyLine label={t("webhook")} help={t(`webhookHelp.${made.provider}`)} value={made.webhook_url} onCopied={() => toast({ text: t("copied") })} />
        {made.verify_token && <CopyLine label={t("verify")} help={t("verifyHelp")} value={made.verify_token} onCopied={() => toast({ text: t("copied") })} />}
      </div>
    </Dialog>
  );
}
