import { Check, type LucideIcon } from "lucide-react";
import { DropdownMenu as Radix } from "radix-ui";
import type { ReactNode } from "react";
import { cx } from "./cx";
import { MENU_ITEM, MENU_LINE, MENU_PANEL } from "./menu-look";

type MenuProps = { trigger: ReactNode; side?: "top" | "bottom" | "end"; align?: "start" | "end"; isRightToLeft?: boolean; children: ReactNode };

/** A list of actions behind a button. `trigger` is one element that takes a ref; `side="end"` opens into the page from the rail. */
export function Menu({ trigger, side = "bottom", align = "end", isRightToLeft = false, children }: MenuProps) {
  const physical = side === "end" ? (isRightToLeft ? "left" : "right") : side;
  return (
    <Radix.Root modal={false}>
      <Radix.Trigger asChild>{trigger}</Radix.Trigger>
      <Radix.Portal>
        <Radix.Content
          side={physical}
          align={align}
          sideOffset={6}
          collisionPadding={8}
          className={cx(MENU_PANEL, "max-h-(--radix-dropdown-menu-content-available-height)")}
        >
          {children}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

export function MenuItem({ icon: Icon, onSelect, children }: { icon?: LucideIcon; onSelect: () => void; children: ReactNode }) {
  return (
    <Radix.Item onSelect={onSelect} className={MENU_ITEM}>
      {Icon && <Icon aria-hidden="true" strokeWidth={1.75} className="size-4 flex-none text-ink-3" />}
      {children}
    </Radix.Item>
  );
}

type MenuChoiceProps<Value extends string> = {
  label: string;
  value: Value;
  options: readonly { value: Value; label: string; lang?: string }[];
  onChange: (value: Value) => void;
};

/** A group of which one is chosen, with its heading. */
export function MenuChoice<Value extends string>({ label, value, options, onChange }: MenuChoiceProps<Value>) {
  return (
    <Radix.RadioGroup value={value} onValueChange={(next) => onChange(next as Value)} aria-label={label}>
      <Radix.Label className="px-2 pt-1.5 pb-0.5 text-12 font-medium text-ink-3">{label}</Radix.Label>
      {options.map((option) => (
        <Radix.RadioItem key={option.value} value={option.value} lang={option.lang} className={cx(MENU_ITEM, "pe-8")}>
          {option.label}
          <Radix.ItemIndicator className="ms-auto -me-6">
            <Check aria-hidden="true" strokeWidth={1.75} className="size-4" />
          </Radix.ItemIndicator>
        </Radix.RadioItem>
      ))}
    </Radix.RadioGroup>
  );
}

export function MenuLine() {
  return <Radix.Separator className={MENU_LINE} />;
}

export function MenuHeading({ children }: { children: ReactNode }) {
  return <Radix.Label className="px-2 py-1.5 text-13">{children}</Radix.Label>;
}
