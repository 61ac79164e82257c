import { useId } from "react";
import { useTranslation } from "react-i18next";
import { cx } from "@/components";
import { LANGUAGE_NAMES, type Language } from "@/i18n";
import { placeholderOf } from "../model/blank";
import { countFixed } from "../model/counting";
import { getIn } from "../model/path";
import { FaultLine } from "./FaultLine";
import { faultAt, useStepForm } from "./form";
import { TemplateInput } from "./TemplateInput";

type LocalizedFieldProps = { path: string; label: string; isLong?: boolean; isSideBySide?: boolean; hasCaption?: boolean };
const NEAR = 0.8;

export const languageName = (tag: string): string => LANGUAGE_NAMES[tag as Language] ?? new Intl.DisplayNames([tag], { type: "language" }).of(tag) ?? tag;

/** A text for people in each language of the flow: what is missing is marked, and what WhatsApp takes is counted as one types. */
export function LocalizedField({ path, label, isLong = false, isSideBySide = false, hasCaption = true }: LocalizedFieldProps) {
  const { languages } = useStepForm();
  return (
    <div className={cx("grid gap-2", isSideBySide && languages.length > 1 && "grid-cols-2")}>
      {languages.map((language) => (
        <LanguageField key={language} path={path} label={label} language={language} isLong={isLong} hasCaption={hasCaption} />
      ))}
    </div>
  );
}

function LanguageField({ path, label, language, isLong, hasCaption }: { path: string; label: string; language: string; isLong: boolean; hasCaption: boolean }) {
  const { t } = useTranslation("editor");
  const form = useStepForm();
  const note = useId();
  const value = getIn(form.config, path);
  const text = textIn(value, language, form.defaultLanguage);
  const fault = faultAt(form.faults, `${path}.${language}`) ?? (language === form.defaultLanguage ? faultAt(form.faults, path) : undefined);
  const limit = form.limits[path];
  const count = countFixed(text);
  const isOver = limit !== undefined && count > limit;
  const isMissing = !text.trim() && (fault?.code === "missing_translation" || fault?.code === "empty");
  const change = (next: string) => {
    const others = Object.fromEntries(form.languages.map((each) => [each, textIn(value, each, form.defaultLanguage)]));
    const rest = value && typeof value === "object" && !Array.isArray(value) ? value : {};
    const all = { ...rest, ...others, [language]: next };
    const isBlank = Object.values(all).every((each) => !each);
    form.set(path, isBlank && value === undefined ? undefined : all);
  };
  return (
    <div className="min-w-0">
      {(hasCaption || limit !== undefined) && (
        <div className="mb-1 flex items-baseline gap-2 text-12 text-ink-3">
          {hasCaption && <span lang={language}>{languageName(language)}</span>}
          {isMissing && <span className="font-medium text-warning">{t("missing")}</span>}
          <span className="grow" />
          {limit !== undefined && (count > 0 || isLong) && (
            <span className={cx("num", isOver ? "font-medium text-danger" : count > limit * NEAR ? "text-warning" : "text-ink-3", !hasCaption && count < limit * NEAR && "sr-only")}>{t("counted", { count, limit })}</span>
          )}
        </div>
      )}
      <TemplateInput
        value={text}
        onChange={change}
        label={`${label}, ${languageName(language)}`}
        language={language}
        placeholder={form.defaults[path]?.[language] ?? placeholderOf(getIn(form.example, path), language)}
        isLong={isLong}
        isBroken={isOver || (fault?.severity === "error" && !isMissing)}
        isCompact={!hasCaption}
        known={form.known}
        describedBy={fault ? note : undefined}
      />
      {fault && !isMissing && <FaultLine id={note} fault={fault} />}
      {fault && isMissing && (fault.fix?.length ?? 0) > 0 && <FaultLine id={note} fault={fault} />}
    </div>
  );
}

function textIn(value: unknown, language: string, fallback: string): string {
  if (typeof value === "string") return language === fallback ? value : "";
  if (!value || typeof value !== "object") return "";
  const text = (value as Record<string, unknown>)[language];
  return typeof text === "string" ? text : "";
}
