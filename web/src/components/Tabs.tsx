import { Tabs as Radix } from "radix-ui";
import type { ReactNode } from "react";
import { cx } from "./cx";

export type TabItem<Value extends string> = { value: Value; label: string; count?: string | undefined };
type TabsProps<Value extends string> = {
  label: string;
  value: Value;
  items: readonly TabItem<Value>[];
  onChange: (value: Value) => void;
  listClassName?: string;
  className?: string;
  panelClassName?: string;
  /** What is shown scrolls within the page: the keyboard must get there. */
  isPanelScrolled?: boolean;
  /** What the chosen tab shows. */
  children: ReactNode;
};

/** Text with a 2 px ink underline; arrow keys move in the direction of reading. */
export function Tabs<Value extends string>({ label, value, items, onChange, listClassName, className, panelClassName, isPanelScrolled = false, children }: TabsProps<Value>) {
  return (
    <Radix.Root value={value} onValueChange={(next) => onChange(next as Value)} className={className}>
      <Radix.List aria-label={label} className={cx("flex flex-none gap-[18px] border-b border-line", listClassName)}>
        {items.map((item) => (
          <Radix.Trigger
            key={item.value}
            value={item.value}
            className={cx(
              "relative pt-[7px] pb-[9px] pointer-coarse:min-h-11 text-13 font-medium whitespace-nowrap text-ink-3 hover:text-ink-2 data-[state=active]:text-ink",
              "after:absolute after:inset-x-0 after:-bottom-px after:h-0.5 after:rounded-full data-[state=active]:after:bg-ink",
            )}
          >
            {item.label}
            {item.count && <span className="num ms-1.5 text-ink-3">{item.count}</span>}
          </Radix.Trigger>
        ))}
      </Radix.List>
      <Radix.Content value={value} tabIndex={isPanelScrolled ? 0 : -1} className={panelClassName}>
        {children}
      </Radix.Content>
    </Radix.Root>
  );
}
