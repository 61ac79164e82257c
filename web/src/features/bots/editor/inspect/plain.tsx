import { Variable } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Input, Select } from "@/components";
import type { Json } from "../model/doc";
import type { FormField } from "../model/schema";
import { useOptionWords } from "./useOptionWords";

type PlainProps = { field: FormField; label: string; value: Json | undefined; onChange: (value: Json | undefined) => void; isBroken?: boolean };

export function PlainField({ field, label, value, onChange, isBroken }: PlainProps) {
  const isCode = field.widget === "id" || field.widget === "pattern" || field.widget === "region";
  return (
    <Input
      aria-label={label}
      aria-invalid={isBroken || undefined}
      dir={isCode ? "ltr" : "auto"}
      maxLength={field.maxLength}
      value={typeof value === "string" ? value : ""}
      onChange={(event) => onChange(event.target.value === "" && field.isOptional ? undefined : event.target.value)}
    />
  );
}

export function NumberField({ field, label, value, onChange, isBroken }: PlainProps) {
  const { t } = useTranslation("editor");
  const shown = value ?? field.default;
  return (
    <span className="flex items-center gap-2">
      <Input
        type="number"
        inputMode="numeric"
        dir="ltr"
        aria-label={label}
        aria-invalid={isBroken || undefined}
        min={field.min}
        max={field.max}
        value={typeof shown === "number" ? shown : ""}
        onChange={(event) => {
          const next = event.target.value === "" ? null : Number(event.target.value);
          if (next === null) onChange(field.isOptional ? null : undefined);
          else if (Number.isFinite(next)) onChange(next);
        }}
        className="max-w-[120px]"
      />
      {field.widget === "duration" && typeof shown === "number" && <span className="text-12 text-ink-3">{inWords(shown, t)}</span>}
    </span>
  );
}

type Translate = ReturnType<typeof useTranslation<"editor">>["t"];

/** Seconds as a person says them. */
function inWords(seconds: number, t: Translate): string {
  if (seconds % 86_400 === 0) return t("duration.days", { count: seconds / 86_400 });
  if (seconds % 3_600 === 0) return t("duration.hours", { count: seconds / 3_600 });
  return t("duration.minutes", { count: Math.round((seconds / 60) * 10) / 10 });
}

export function ChoiceField({ field, label, value, onChange }: PlainProps) {
  const words = useOptionWords();
  const shown = typeof value === "string" ? value : typeof field.default === "string" ? field.default : (field.options[0] ?? "");
  return <Select label={label} value={shown} onChange={onChange} options={field.options.map((option) => ({ value: option, label: words(option) }))} />;
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
