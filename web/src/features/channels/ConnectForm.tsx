import { useTranslation } from "react-i18next";
import type { ChannelCreated } from "@/api/models";
import { Button, Field, Input } from "@/components";
import { useForm } from "@/features/auth/form";
import { type ChannelField, FIELDS, type FormValues, type Provider, toChannel } from "./providers";
import type { useConnect } from "./queries";
import { useReasonWords } from "./reasons";

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
type Props = { provider: Provider; connect: ReturnType<typeof useConnect>; onMade: (made: ChannelCreated) => void };

/** What a provider shows of a number, field by field, with where to find each. */
export function ConnectForm({ provider, connect, onMade }: Props) {
  const { t } = useTranslation("channels");
  const { refusalOf } = useReasonWords();
  const form = useForm(NOTHING);
  const fields: readonly ChannelField[] = FIELDS[provider];
  const submit = () => {
    const needed = ["name", "number", ...fields.flatMap((field) => (field.isOptional ? [] : [field.name]))] as (keyof FormValues)[];
    const missing = Object.fromEntries(needed.flatMap((name) => (form.values[name].trim() ? [] : [[name, t("required")]])));
    form.show(missing);
    if (Object.keys(missing).length) return;
    connect.mutate(toChannel(provider, form.values), {
      onSuccess: onMade,
      onError: (error) => {
        const reason = refusalOf(error, provider);
        if (reason) form.show({}, reason);
        else form.refuse(error);
      },
    });
  };
  return (
    <form {...form.bind(submit)} className="grid gap-4 pane:grid-cols-2">
      <Field label={t("name")} error={form.errors.name}>
        <Input {...form.field("name")} dir="auto" autoFocus maxLength={80} />
      </Field>
      <Field label={t("number")} help={t("numberHelp")} error={form.errors.number}>
        <Input {...form.field("number")} dir="ltr" inputMode="tel" />
      </Field>
      {fields.map((field) => {
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
      <div className="flex flex-wrap items-center justify-end gap-x-4 gap-y-2 pane:col-span-2">
        <p role="status" className="text-13 text-ink-3">
          {connect.isPending && t("checking")}
        </p>
        <Button variant="primary" size="lg" type="submit" isBusy={connect.isPending}>
          {t("connect")}
        </Button>
      </div>
    </form>
  );
}
