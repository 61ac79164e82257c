import { Check, ChevronDown } from "lucide-react";
import { Select as Radix } from "radix-ui";
import type { ReactNode } from "react";
import { cx } from "./cx";
import { type ControlSize, controlClass, useFieldProps } from "./Field";

export type SelectOption = {
  value: string;
  label: string;
  /** What is shown, where it is more than the words of the label: several parts of several directions. */
  shown?: ReactNode;
};
type SelectProps = { value: string; options: readonly SelectOption[]; onChange: (value: string) => void; size?: ControlSize; label?: string };

/** One choice of a few. Needs a `Field` around it or a `label` of its own. */
export function Select({ value, options, onChange, size = "md", label }: SelectProps) {
  return (
    <Radix.Root value={value} onValueChange={onChange}>
      <Radix.Trigger {...useFieldProps()} aria-label={label} className={cx(controlClass(size), "flex items-center justify-between gap-2 text-start")}>
        <span className="cut grow">
          <Radix.Value />
        </span>
        <ChevronDown aria-hidden="true" strokeWidth={1.75} className="size-4 flex-none text-ink-3" />
      </Radix.Trigger>
      <Radix.Portal>
        <Radix.Content position="popper" sideOffset={4} className="animate-fade z-50 max-h-(--radix-select-content-available-height) max-w-[min(var(--radix-select-content-available-width),480px)] min-w-(--radix-select-trigger-width) rounded-lg border border-line bg-raised p-1 shadow-3">
          <Radix.Viewport>
            {options.map((option) => (
              <Radix.Item
                key={option.value}
                value={option.value}
                textValue={option.label}
                className="flex h-8 items-center gap-2 rounded-sm px-2 text-13 outline-none! select-none data-highlighted:bg-hover pointer-coarse:h-11"
              >
                <span className="cut">
                  <Radix.ItemText>{option.shown ?? option.label}</Radix.ItemText>
                </span>
                <Radix.ItemIndicator className="ms-auto">
                  <Check aria-hidden="true" strokeWidth={1.75} className="size-4" />
                </Radix.ItemIndicator>
              </Radix.Item>
            ))}
          </Radix.Viewport>
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
