import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useLanguage } from "@/app/preferences";
import { Button, Field, Input } from "@/components";
import { useForm } from "@/features/auth/form";
import { useSession, useSwitchWorkspace } from "@/features/auth/queries";
import { Failure, Section } from "./Section";
import { useCreateWorkspace } from "./workspace";
import { CurrencyField, ZoneField } from "./WorldFields";

/** Another workspace, for another business or a trial. It begins with the zone and currency of this one. */
export function NewWorkspacePage() {
  const { t } = useTranslation(["settings", "common"]);
  const language = useLanguage();
  const session = useSession();
  const navigate = useNavigate();
  const create = useCreateWorkspace();
  const move = useSwitchWorkspace();
  const form = useForm({ name: "", timezone: session?.workspace.timezone ?? "UTC", currency: session?.workspace.currency ?? "SAR" });
  const submit = () => {
    if (!form.values.name.trim()) return form.show({ name: t("settings:required") });
    create.mutate(
      { ...form.values, languages: session?.workspace.languages ?? ["en", "ar"] },
      {
        onSuccess: async (made) => {
          await navigate({ to: "/channels" });
          move.mutate(made.id);
        },
        onError: form.refuse,
      },
    );
  };
  return (
    <Section title={t("settings:newWorkspace.title")} text={t("settings:newWorkspace.text")}>
      <form {...form.bind(submit)} className="grid gap-4 pane:grid-cols-2">
        <Field label={t("settings:general.name")} error={form.errors.name} className="pane:col-span-2">
          <Input {...form.field("name")} maxLength={120} autoFocus autoComplete="organization" />
        </Field>
        <ZoneField language={language} value={form.values.timezone} error={form.errors.timezone} onChange={(value) => form.set("timezone", value)} />
        <CurrencyField language={language} value={form.values.currency} error={form.errors.currency} onChange={(value) => form.set("currency", value)} />
        <div className="pane:col-span-2">
          <Failure text={form.rest} />
          <Button variant="primary" type="submit" isBusy={create.isPending || move.isPending}>
            {t("settings:newWorkspace.create")}
          </Button>
        </div>
      </form>
    </Section>
  );
}
