import { Popover as Radix } from "radix-ui";
import type { ReactNode } from "react";

type PopoverProps = {
  isOpen: boolean;
  onOpenChange: (isOpen: boolean) => void;
  /** One element that takes a ref. */
  trigger: ReactNode;
  /** What a screen reader says of it. */
  label: string;
  side?: "top" | "bottom";
  align?: "start" | "center" | "end";
  children: ReactNode;
};

/** A small panel behind a button, for what is more than a list of actions: a search, things to drag out of it. */
export function Popover({ isOpen, onOpenChange, trigger, label, side = "bottom", align = "center", children }: PopoverProps) {
  return (
    <Radix.Root open={isOpen} onOpenChange={onOpenChange}>
      <Radix.Trigger asChild>{trigger}</Radix.Trigger>
      <Radix.Portal>
        <Radix.Content
          aria-label={label}
          side={side}
          align={align}
          sideOffset={8}
          collisionPadding={8}
          className="animate-fade z-50 max-h-(--radix-popover-content-available-height) w-[264px] overflow-y-auto rounded-lg border border-line bg-raised p-1 text-ink shadow-3 outline-none!"
        >
          {children}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
