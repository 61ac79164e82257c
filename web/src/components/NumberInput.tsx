import { type ComponentProps, type KeyboardEvent, useState } from "react";
import { foldNumber, readNumber } from "@/i18n/digits";
import { Input } from "./Field";

type NumberInputProps = Omit<ComponentProps<typeof Input>, "type" | "dir" | "value" | "onChange" | "min" | "max"> & {
  value: number | null;
  /** Called with what is a number, and with null for an empty field. What is neither yet is only shown. */
  onChange: (value: number | null) => void;
  min?: number | undefined;
  max?: number | undefined;
  /** Without decimals. */
  isWhole?: boolean;
};

/** Where a number is typed, in the digits of any keyboard: they are shown as they are read. Up and down count by one. */
export function NumberInput({ value, onChange, min, max, isWhole = false, onBlur, onKeyDown, ...rest }: NumberInputProps) {
  const [typed, setTyped] = useState<string | null>(null);
  // What is typed stays as it is ("1.") while it says the same; a value that came from elsewhere is shown.
  const shown = typed !== null && (readNumber(typed) === value || readNumber(typed) === null) ? typed : value === null ? "" : String(value);
  const read = readNumber(shown);
  const isOutside = read !== null && ((min !== undefined && read < min) || (max !== undefined && read > max));
  const isWrong = shown !== "" && (read === null || isOutside || (isWhole && !Number.isInteger(read)));
  const take = (text: string) => {
    const folded = foldNumber(text);
    setTyped(folded);
    const number = readNumber(folded);
    if (folded.trim() === "") onChange(null);
    else if (number !== null && (!isWhole || Number.isInteger(number))) onChange(number);
  };
  const count = (event: KeyboardEvent<HTMLInputElement>) => {
    onKeyDown?.(event);
    const by = event.key === "ArrowUp" ? 1 : event.key === "ArrowDown" ? -1 : 0;
    if (by === 0 || rest.readOnly || rest.disabled) return;
    event.preventDefault();
    take(String(Math.min(max ?? Number.POSITIVE_INFINITY, Math.max(min ?? Number.NEGATIVE_INFINITY, (value ?? 0) + by))));
  };
  return (
    <Input
      {...rest}
      {...(isWrong && { "aria-invalid": true as const })}
      type="text"
      role="spinbutton"
      inputMode={isWhole ? "numeric" : "decimal"}
      dir="ltr"
      aria-valuemin={min}
      aria-valuemax={max}
      aria-valuenow={value ?? undefined}
      value={shown}
      onChange={(event) => take(event.currentTarget.value)}
      onKeyDown={count}
      onBlur={(event) => {
        setTyped(null);
        onBlur?.(event);
      }}
    />
  );
}
