import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { WorkspaceDetails } from "@/api/models";
import { useLanguage } from "@/app/preferences";
import { Button, Field, Input, useToast } from "@/components";
import { useForm } from "@/features/auth/form";
import { CurrencyField, LanguagesField, ZoneField } from "./WorldFields";
import { Failure } from "./Section";
import { useUpdateWorkspace } from "./workspace";

/** Name, time zone, currency and languages, saved together; what was before can be had back at once. */
export function WorkspaceForm({ workspace }: { workspace: WorkspaceDetails }) {
  const { t } = useTranslation("settings");
  const language = useLanguage();
  const toast = useToast();
  const update = useUpdateWorkspace();
  const { name, timezone, currency } = workspace;
  const form = useForm({ name, timezone, currency });
  const [languages, setLanguages] = useState(workspace.languages);
  const submit = () => {
    if (!form.values.name.trim()) return form.show({ name: t("required") });
    const before = { name, timezone, currency, languages: workspace.languages };
    update.mutate(
      { ...form.values, languages },
      {
        onSuccess: () =>
          toast({
            text: t("general.saved"),
            action: {
              label: t("undo"),
              onPress: () =>
                update.mutate(before, {
                  onSuccess: () => {
                    form.set("name", before.name);
                    form.set("timezone", before.timezone);
                    form.set("currency", before.currency);
                    setLanguages(before.languages);
                  },
                }),
            },
          }),
        onError: form.refuse,
      },
    );
  };
  return (
    <form {...form.bind(submit)} className="grid gap-4 pane:grid-cols-2">
      <Field label={t("general.name")} error={form.errors.name} className="pane:col-span-2">
        <Input {...form.field("name")} maxLength={120} />
      </Field>
      <ZoneField language={language} value={form.values.timezone} error={form.errors.timezone} onChange={(value) => form.set("timezone", value)} />
      <CurrencyField language={language} value={form.values.currency} error={form.errors.currency} onChange={(value) => form.set("currency", value)} />
      <LanguagesField language={language} value={languages} onChange={setLanguages} />
      <div className="pane:col-span-2">
        <Failure text={form.rest} />
        <Button variant="primary" type="submit" isBusy={update.isPending}>
          {t("general.save")}
        </Button>
      </div>
    </form>
  );
}
