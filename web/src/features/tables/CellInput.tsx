import type { KeyboardEvent } from "react";
import { useTranslation } from "react-i18next";
import { Input, LongSelect, Textarea } from "@/components";
import { useSession } from "@/features/auth/queries";
import { inputText, isLatin, localMoment } from "./cells";
import type { Cell, DataColumn } from "./queries";

type CellInputProps = {
  column: DataColumn;
  text: string;
  onChange: (text: string) => void;
  label?: string;
  isFocused?: boolean;
  isLong?: boolean;
  onKeyDown?: (event: KeyboardEvent) => void;
  onBlur?: () => void;
};

/** Where a cell is typed, as its column wants it. What it holds is a text: the server reads it. */
export function CellInput({ column, text, onChange, label, isFocused = false, isLong = false, onKeyDown, onBlur }: CellInputProps) {
  const { t } = useTranslation("tables");
  const { type } = column;
  if (type === "boolean" || type === "choice") {
    const options = type === "boolean" ? [{ value: "true", label: t("yes") }, { value: "false", label: t("no") }] : column.options.map((option) => ({ value: option, label: option }));
    return (
      <div onKeyDown={onKeyDown} onBlur={onBlur} ref={(element) => void (isFocused && element?.querySelector("select")?.focus())}>
        <LongSelect {...(label && { label })} value={text} onChange={onChange} groups={[{ options: [{ value: "", label: t("none") }, ...options] }]} />
      </div>
    );
  }
  const shared = { ...(label && { "aria-label": label }), value: text, autoFocus: isFocused, onBlur, onKeyDown, dir: isLatin(type) ? "ltr" : "auto", onChange: (event: { currentTarget: { value: string } }) => onChange(event.currentTarget.value) } as const;
  if (isLong && (type === "text" || type === "json")) return <Textarea rows={type === "json" ? 4 : 2} {...shared} className={type === "json" ? "font-mono" : ""} />;
  const kind = type === "date" ? "date" : type === "datetime" ? "datetime-local" : "text";
  return <Input {...shared} type={kind} step={kind === "datetime-local" ? 1 : undefined} inputMode={type === "number" ? "decimal" : undefined} />;
}

/** A kept cell as what `CellInput` holds. */
export function useCellText(): (column: DataColumn, cell: Cell | undefined) => string {
  const timeZone = useSession()?.workspace.timezone;
  return (column, cell) => (column.type === "datetime" ? localMoment(cell, timeZone) : inputText(cell));
}
