import { useId } from "react";
import { useTranslation } from "react-i18next";
import { useLanguage } from "@/app/preferences";
import { Switch } from "@/components";
import type { Json } from "../model/doc";
import { getIn } from "../model/path";
import { type FormField, isCounting } from "../model/schema";
import { CredentialField } from "./CredentialField";
import { ExpressionField } from "./ExpressionField";
import { FaultLine } from "./FaultLine";
import { faultsAt, useStepForm } from "./form";
import { JsonField } from "./JsonField";
import { ListField } from "./ListField";
import { LocalizedField } from "./LocalizedField";
import { PairsField } from "./PairsField";
import { MediaField } from "./MediaField";
import { ChoiceField, ManyField, NumberField, PlainField, VariableField } from "./plain";
import { ColumnField, RowValuesField, TableField } from "./TableFields";
import { TagsField } from "./TagsField";
import { TemplateInput } from "./TemplateInput";

/** One field of a step, drawn from its schema: label, control, help, and what is wrong with it. */
export function FieldView({ field, path, isSideBySide = false }: { field: FormField; path: string; isSideBySide?: boolean }) {
  const { t } = useTranslation("editor");
  const language = useLanguage();
  const form = useStepForm();
  const labelId = useId();
  const label = field.label?.[language] ?? field.name.replaceAll("_", " ");
  const faults = faultsAt(form.faults, path, field.kind);
  const value = getIn(form.config, path);
  const isSwitch = field.kind === "switch";
  return (
    <div role="group" aria-labelledby={labelId} data-field={path} className="min-w-0 scroll-mt-4">
      <div className="mb-1 flex items-center gap-2 text-12 font-medium">
        <span id={labelId} className="grow">
          {label}
        </span>
        {field.maxItems !== undefined && Array.isArray(value) && value.length > 0 && <span className="num font-normal text-ink-3">{t("counted", { count: value.length, limit: field.maxItems })}</span>}
        {isSwitch && <Switch label={label} isOn={Boolean(value ?? field.default)} onChange={(isOn) => form.set(path, isOn === Boolean(field.default) ? undefined : isOn)} />}
      </div>
      {!isSwitch && <Control field={field} path={path} label={label} value={value} isBroken={faults.some((fault) => fault.severity === "error")} isSideBySide={isSideBySide} />}
      {faults.map((fault) => (
        <FaultLine key={`${fault.field}${fault.code}${fault.message}`} fault={fault} />
      ))}
      {faults.length === 0 && field.help && <p className="mt-1 text-12 text-ink-3">{field.help[language]}</p>}
    </div>
  );
}

type ControlProps = { field: FormField; path: string; label: string; value: Json | undefined; isBroken: boolean; isSideBySide: boolean };

function Control({ field, path, label, value, isBroken, isSideBySide }: ControlProps) {
  const form = useStepForm();
  const set = (next: Json | undefined) => form.set(path, next);
  switch (field.kind) {
    case "localized":
      return <LocalizedField path={path} label={label} isLong={field.isLong} isSideBySide={isSideBySide} />;
    case "template":
      return typeof value === "string" || value === undefined ? (
        <TemplateInput label={label} value={value ?? ""} onChange={(text) => set(text === "" && field.isOptional ? undefined : text)} isBroken={isBroken} known={form.known} placeholder={exampleText(getIn(form.example, path))} />
      ) : (
        <JsonField label={label} value={value} onChange={set} isBroken={isBroken} />
      );
    case "expression":
      return <ExpressionField label={label} value={typeof value === "string" ? value : ""} onChange={(text) => set(text === "" ? undefined : text)} known={form.known} />;
    case "number":
      return <NumberField field={field} label={label} value={value} onChange={set} isBroken={isBroken} />;
    case "select":
      return <ChoiceField field={field} label={label} value={value} onChange={set} />;
    case "multiselect":
      return <ManyField field={field} label={label} value={value} onChange={set} />;
    case "text":
      if (field.widget === "media") return <MediaField label={label} value={value} onChange={set} />;
      if (field.widget === "table") return <TableField label={label} value={value} onChange={set} />;
      if (field.widget === "column") return <ColumnField label={label} value={value} onChange={set} isOptional={field.isOptional} />;
      if (field.widget === "credential") return <CredentialField label={label} value={value} onChange={set} />;
      return field.widget === "variable" ? (
        <VariableField label={label} value={value} onChange={set} isBroken={isBroken} isOptional={field.isOptional} />
      ) : (
        <PlainField field={field} label={label} value={value} onChange={set} isBroken={isBroken} />
      );
    case "tags":
      return <TagsField label={label} value={value} onChange={set} />;
    case "pairs":
      if (field.widget === "row_values") return <RowValuesField label={label} value={value} onChange={set} known={form.known} />;
      return <PairsField label={label} value={value} onChange={set} known={form.known} />;
    case "list":
      return <ListField field={field} path={path} />;
    case "texts":
      return <ListField field={field} path={path} isOfTexts />;
    case "group":
      return (
        <div className="grid gap-3 rounded-md border border-line bg-surface p-2.5">
          {field.fields.filter((inner) => isCounting(inner, field.fields, value)).map((inner) => (
            <FieldView key={inner.name} field={inner} path={`${path}.${inner.name}`} />
          ))}
        </div>
      );
    case "switch":
      return null;
    case "json":
      return <JsonField label={label} value={value} onChange={set} isBroken={isBroken} />;
  }
}

const exampleText = (value: Json | undefined): string => (typeof value === "string" ? value : "");
