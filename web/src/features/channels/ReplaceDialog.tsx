import { useTranslation } from "react-i18next";
import type { Channel } from "@/api/models";
import { Button, Dialog, Field, Input, useToast } from "@/components";
import { useForm } from "@/features/auth/form";
import { type ChannelField, FIELDS } from "./providers";
import { useReasonWords } from "./reasons";
import { useChangeChannel } from "./queries";

type Name = "number" | "phone_number_id" | "waba_id" | "account_sid" | "access_token" | "app_secret" | "auth_token" | "verify_token";
type Change = { name: Name; label: "accessToken"; isSecret?: true };

/** What may still be changed: the credentials, and as long as it was never connected the number and its ids too. */
function changesOf(channel: Channel): Change[] {
  const fields = FIELDS[channel.provider].filter((field: ChannelField) => !field.isOptional) as readonly ChannelField[];
  const ids = [{ name: "number", label: "number" }, ...fields.filter((field) => !field.isSecret)];
  const secrets = fields.filter((field) => field.isSecret);
  const verify = channel.provider === "meta" ? [{ name: "verify_token", label: "newVerifyToken" }] : [];
  return [...(channel.activated_at ? [] : ids), ...secrets, ...verify] as Change[];
}

/** New credentials for a number. What is left as it is or empty stays. */
export function ReplaceDialog({ channel, isOpen, onOpenChange }: { channel: Channel; isOpen: boolean; onOpenChange: () => void }) {
  const { t } = useTranslation("channels");
  const toast = useToast();
  const change = useChangeChannel();
  const { refusalOf } = useReasonWords();
  const before: Record<Name, string> = {
    number: channel.number,
    phone_number_id: channel.phone_number_id ?? "",
    waba_id: channel.waba_id ?? "",
    account_sid: channel.account_sid ?? "",
    access_token: "",
    app_secret: "",
    auth_token: "",
    verify_token: "",
  };
  const form = useForm<Name>(before);
  const changes = changesOf(channel);
  const submit = () => {
    const given = Object.fromEntries(changes.flatMap(({ name }) => (form.values[name] && form.values[name] !== before[name] ? [[name, form.values[name]]] : [])));
    if (!Object.keys(given).length) return form.show(Object.fromEntries(changes.slice(0, 1).map(({ name }) => [name, t("required")])));
    change.mutate(
      { id: channel.id, ...given },
      {
        onSuccess: () => {
          toast({ text: t("replaced") });
          onOpenChange();
        },
        onError: (error) => {
          const refusal = refusalOf(error, channel.provider);
          return refusal ? form.show({}, refusal) : form.refuse(error);
        },
      },
    );
  };
  return (
    <Dialog isOpen={isOpen} onOpenChange={onOpenChange} title={t(channel.activated_at ? "replace" : "replaceIds")} text={t(channel.activated_at ? "credentials" : "mendIds")}>
      <form {...form.bind(submit)} className="mt-3 grid gap-4">
        {changes.map(({ name, label, isSecret }) => (
          <Field key={name} label={t(label)} help={t(`${label}Help`)} error={form.errors[name]}>
            <Input {...form.field(name)} type={isSecret ? "password" : "text"} dir="ltr" autoComplete="off" />
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
