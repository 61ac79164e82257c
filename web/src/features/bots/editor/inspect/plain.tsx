import { Variable } from "lucide-react";
import { useTranslation } from "react-i18next";
import { useLanguage } from "@/app/preferences";
import { Input, LongSelect, NumberInput, Select } from "@/components";
import type { Json } from "../model/doc";
import { sayTimeSpan } from "../../words/spans";
import type { FormField } from "../model/schema";
import { useOptionWords } from "./useOptionWords";

type PlainProps = { field: FormField; label: string; value: Json | undefined; onChange: (value: Json | undefined) => void; isBroken?: boolean };

export function PlainField({ field, label, value, onChange, isBroken }: PlainProps) {
  if (field.widget === "timezone") return <ZoneField field={field} label={label} value={value} onChange={onChange} />;
  const isCode = field.widget === "id" || field.widget === "pattern" || field.widget === "region";
  return (
    <Input
      aria-label={label}
      aria-invalid={isBroken || undefined}
      type={field.widget === "time" ? "time" : "text"}
      dir={isCode || field.widget === "date" ? "ltr" : "auto"}
      maxLength={field.maxLength}
      value={typeof value === "string" ? value : ""}
      onChange={(event) => onChange(event.target.value === "" && field.isOptional ? undefined : event.target.value)}
    />
  );
}

export function NumberField({ field, label, value, onChange, isBroken }: PlainProps) {
  const { t } = useTranslation("editor");
  const language = useLanguage();
  const shown = value === undefined ? field.default : value;
  return (
    <span className="flex items-center gap-2">
      <NumberInput
        aria-label={label}
        aria-invalid={isBroken || undefined}
        min={field.min}
        max={field.max}
        value={typeof shown === "number" ? shown : null}
        onChange={(next) => onChange(next === null && !field.isOptional ? undefined : next)}
        className="max-w-[120px]"
      />
      {field.widget === "duration" && <span className="text-12 text-ink-3">{typeof shown === "number" ? sayTimeSpan(shown, language) : t("withoutEnd")}</span>}
    </span>
  );
}

export function ChoiceField({ field, label, value, onChange }: PlainProps) {
  const words = useOptionWords();
  const shown = typeof value === "string" ? value : typeof field.default === "string" ? field.default : (field.options[0]?.value ?? "");
  return <Select label={label} value={shown} onChange={onChange} options={field.options.map((option) => ({ value: option.value, label: words(option) }))} />;
}

/** Several of a few: each is pressed or not. */
export function ManyField({ field, label, value, onChange }: PlainProps) {
  const words = useOptionWords();
  const given = value ?? field.default;
  const chosen = Array.isArray(given) ? given.map(String) : [];
  return (
    <div role="group" aria-label={label} className="flex flex-wrap gap-1">
      {field.options.map((option) => {
        const isOn = chosen.includes(option.value);
        return (
          <button
            key={option.value}
            type="button"
            aria-pressed={isOn}
            onClick={() => onChange(field.options.map((each) => each.value).filter((each) => (each === option.value ? !isOn : chosen.includes(each))))}
            className="rounded-sm border border-line-control px-2 py-0.5 text-12 text-ink-2 aria-pressed:border-transparent aria-pressed:bg-primary aria-pressed:text-on-primary pointer-coarse:min-h-11"
          >
            {words(option)}
          </button>
        );
      })}
    </div>
  );
}

const ZONES = Intl.supportedValuesOf("timeZone");

/** A zone of the world's clocks; none is the workspace's own. */
export function ZoneField({ label, value, onChange }: PlainProps) {
  const { t } = useTranslation("editor");
  return (
    <LongSelect
      label={label}
      value={typeof value === "string" ? value : ""}
      groups={[{ options: [{ value: "", label: t("ownZone") }, ...ZONES.map((zone) => ({ value: zone, label: zone.replaceAll("_", " ") }))] }]}
      onChange={(zone) => onChange(zone || undefined)}
    />
  );
}

type VariableProps = { label: string; value: Json | undefined; onChange: (value: Json | undefined) => void; isBroken?: boolean; isOptional: boolean };

/** The name of a variable. What cannot stand in a name does not get in. */
export function VariableField({ label, value, onChange, isBroken, isOptional }: VariableProps) {
  return (
    <span className="relative block">
      <Variable aria-hidden="true" strokeWidth={1.75} className="pointer-events-none absolute start-2.5 top-1/2 size-3.5 -translate-y-1/2 text-ink-3" />
      <Input
        dir="ltr"
        aria-label={label}
        aria-invalid={isBroken || undefined}
        spellCheck={false}
        autoCapitalize="none"
        value={typeof value === "string" ? value : ""}
        onChange={(event) => {
          const name = event.target.value.replaceAll(/\s/gu, "_").replaceAll(/[^A-Za-z0-9_]/gu, "");
          onChange(name === "" && isOptional ? undefined : name);
        }}
        className="ps-8 text-start rtl:text-end"
      />
    </span>
  );
}
