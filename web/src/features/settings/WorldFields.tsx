import { ArrowUp, X } from "lucide-react";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { Badge, Field, IconButton, LongSelect } from "@/components";
import { useFormat } from "@/features/auth/queries";
import { currencyOptions, languageOptions, zoneGroups } from "./world";

type WorldFieldProps = { language: string; value: string; error: string | undefined; onChange: (value: string) => void };

export function ZoneField({ language, value, error, onChange }: WorldFieldProps) {
  const { t } = useTranslation("settings");
  const groups = useMemo(() => zoneGroups(language, value), [language, value]);
  return (
    <Field label={t("general.timezone")} help={t("general.timezoneHelp")} error={error}>
      <LongSelect value={value} groups={groups} onChange={onChange} />
    </Field>
  );
}

export function CurrencyField({ language, value, error, onChange }: WorldFieldProps) {
  const { t } = useTranslation("settings");
  const groups = useMemo(() => [{ options: currencyOptions(language, value) }], [language, value]);
  return (
    <Field label={t("general.currency")} help={t("general.currencyHelp")} error={error}>
      <LongSelect value={value} groups={groups} onChange={onChange} />
    </Field>
  );
}

type LanguagesFieldProps = { language: string; value: readonly string[]; onChange: (value: string[]) => void };

/** The bots' languages in order: the first is spoken when nothing else is known. One stays at least. */
export function LanguagesField({ language, value, onChange }: LanguagesFieldProps) {
  const { t } = useTranslation("settings");
  const { languageName } = useFormat();
  const options = useMemo(() => languageOptions(language, languageName), [language, languageName]);
  const rest = options.filter((option) => !value.includes(option.value));
  return (
    <fieldset className="pane:col-span-2">
      <legend className="mb-[5px] text-12 font-medium">{t("general.languages")}</legend>
      <ol className="divide-y divide-line rounded-md border border-line">
        {value.map((code, index) => (
          <li key={code} className="flex min-h-10 items-center gap-2 px-2.5 text-13">
            <span className="grow">{languageName(code)}</span>
            {index === 0 && <Badge>{t("general.firstLanguage")}</Badge>}
            {index > 0 && (
              <IconButton
                variant="ghost"
                icon={ArrowUp}
                label={t("general.languageUp", { language: languageName(code) })}
                onClick={() => onChange([...value.slice(0, index - 1), code, ...value.slice(index - 1, index), ...value.slice(index + 1)])}
              />
            )}
            {value.length > 1 && (
              <IconButton variant="ghost" icon={X} label={t("general.languageRemove", { language: languageName(code) })} onClick={() => onChange(value.filter((other) => other !== code))} />
            )}
          </li>
        ))}
      </ol>
      <div className="mt-2 max-w-72">
        <LongSelect
          label={t("general.languageAdd")}
          value=""
          groups={[{ options: [{ value: "", label: t("general.languageAdd") }, ...rest] }]}
          onChange={(code) => code && onChange([...value, code])}
        />
      </div>
      <p className="mt-[5px] text-12 text-ink-3">{t("general.languagesHelp")}</p>
    </fieldset>
  );
}
