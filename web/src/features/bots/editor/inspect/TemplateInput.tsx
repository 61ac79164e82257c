import { Braces } from "lucide-react";
import { type KeyboardEvent, useRef } from "react";
import { useTranslation } from "react-i18next";
import { cx } from "@/components";
import { directionOf } from "@/i18n";
import { VariablePicker } from "./VariablePicker";

type TemplateInputProps = {
  value: string;
  onChange: (value: string) => void;
  label: string;
  language?: string;
  placeholder?: string;
  isLong?: boolean;
  isBroken?: boolean;
  isCode?: boolean;
  /** A bare expression: names are put in without their braces. */
  isBare?: boolean;
  /** One of several side by side: the way to the values shows while one writes. */
  isCompact?: boolean;
  known: readonly string[];
  describedBy?: string | undefined;
};

const MARK = /(\{\{[\s\S]*?\}\}|\{%[\s\S]*?%\})/u;

/** A text with values in it: they stand out while one types, and are put in from a list. It grows with what is written. */
export function TemplateInput({ value, onChange, label, language, placeholder, isLong = false, isBroken = false, isCode = false, isBare = false, isCompact = false, known, describedBy }: TemplateInputProps) {
  const { t } = useTranslation("editor");
  const field = useRef<HTMLTextAreaElement>(null);
  const direction = language ? directionOf(language) : isCode ? "ltr" : "auto";
  const insert = (name: string) => {
    const area = field.current;
    const put = isBare ? name : `{{ ${name} }}`;
    const [from, to] = [area?.selectionStart ?? value.length, area?.selectionEnd ?? value.length];
    const begun = !isBare && /\{\{\s*$/u.exec(value.slice(0, from));
    const start = begun ? from - begun[0].length : from;
    onChange(value.slice(0, start) + put + value.slice(to));
    requestAnimationFrame(() => {
      area?.focus();
      area?.setSelectionRange(start + put.length, start + put.length);
    });
  };
  const shape = cx("col-start-1 row-start-1 rounded-md border px-2.5 py-[5px] text-13 pointer-coarse:py-2.5 pointer-coarse:text-16", !isCompact && "pe-8", isCode && "font-mono text-12", isLong && "min-h-[58px]");
  return (
    <span {...(direction !== "auto" && { dir: direction })} className="group/template relative grid">
      <span aria-hidden="true" dir={direction} className={cx(shape, "user-text min-w-0 border-transparent bg-surface text-ink")}>
        {value.split(MARK).map((piece, index) =>
          MARK.test(piece) ? (
            <span key={`${index}${piece}`} className="rounded-xs bg-accent-soft text-accent-ink box-decoration-clone">
              {piece}
            </span>
          ) : (
            piece
          ),
        )}
        {value === "" && isLong && <span className="invisible">{placeholder}</span>}
        {"​"}
      </span>
      <textarea
        ref={field}
        dir={direction}
        lang={language}
        rows={1}
        aria-label={label}
        aria-invalid={isBroken || undefined}
        aria-describedby={describedBy}
        placeholder={placeholder}
        spellCheck={!isCode}
        value={value}
        onChange={(event) => onChange(isLong ? event.target.value : event.target.value.replaceAll("\n", " "))}
        onKeyDown={(event: KeyboardEvent) => !isLong && event.key === "Enter" && event.preventDefault()}
        className={cx(shape, "user-text resize-none overflow-hidden border-line-control bg-transparent text-transparent caret-ink outline-offset-1 aria-invalid:border-danger-solid aria-invalid:shadow-[0_0_0_3px_var(--danger-soft)]")}
      />
      <VariablePicker known={known} onPick={insert}>
        <button type="button" title={t("putIn")} aria-label={t("putInto", { field: label })} className={cx("absolute end-1 top-1 grid size-6 place-items-center rounded-sm bg-surface text-ink-3 hover:bg-hover hover:text-ink pointer-coarse:size-9", isCompact && "opacity-0 group-focus-within/template:opacity-100 data-[state=open]:opacity-100")}>
          <Braces aria-hidden="true" strokeWidth={1.75} className="size-3.5" />
        </button>
      </VariablePicker>
    </span>
  );
}
