import { ChevronDown } from "lucide-react";
import { cx } from "./cx";
import { controlClass, useFieldProps } from "./Field";
import type { SelectOption } from "./Select";

type LongSelectProps = {
  value: string;
  /** Groups with a heading; one without stands alone. */
  groups: readonly { label?: string; options: readonly SelectOption[] }[];
  onChange: (value: string) => void;
  label?: string;
  name?: string;
};

/** One of very many: the browser's own list, which finds by typing and is at home on phones. */
export function LongSelect({ value, groups, onChange, label, name }: LongSelectProps) {
  return (
    <span className="relative block">
      <select
        {...useFieldProps()}
        name={name}
        aria-label={label}
        value={value}
        onChange={(event) => onChange(event.currentTarget.value)}
        className={cx(controlClass("md"), "appearance-none pe-8")}
      >
        {groups.map((group, index) =>
          group.label ? (
            <optgroup key={group.label} label={group.label}>
              <Options options={group.options} />
            </optgroup>
          ) : (
            <Options key={index} options={group.options} />
          ),
        )}
      </select>
      <ChevronDown aria-hidden="true" strokeWidth={1.75} className="pointer-events-none absolute inset-y-0 end-2.5 my-auto size-4 text-ink-3" />
    </span>
  );
}

function Options({ options }: { options: readonly SelectOption[] }) {
  return options.map((option) => (
    <option key={option.value} value={option.value}>
      {option.label}
    </option>
  ));
}
