import type { LucideIcon } from "lucide-react";
import { ContextMenu as Radix } from "radix-ui";
import type { ReactNode } from "react";
import { cx } from "./cx";
import { Kbd } from "./Kbd";
import { MENU_ITEM, MENU_LINE, MENU_PANEL } from "./menu-look";

type ContextMenuProps = {
  /** One element that takes a ref: where a right click, a long press or the menu key opens the list. */
  children: ReactNode;
  items: ReactNode;
  onClosed?: (() => void) | undefined;
};

/** A list of actions under the pointer. */
export function ContextMenu({ children, items, onClosed }: ContextMenuProps) {
  return (
    <Radix.Root modal={false}>
      <Radix.Trigger asChild>{children}</Radix.Trigger>
      <Radix.Portal>
        <Radix.Content
          collisionPadding={8}
          onFocusOutside={(event) => event.preventDefault()} // the finger that opened it goes up on what is below
          onCloseAutoFocus={(event) => {
            if (!onClosed) return;
            event.preventDefault();
            onClosed();
          }}
          className={cx(MENU_PANEL, "max-h-(--radix-context-menu-content-available-height)")}
        >
          {items}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

type ContextItemProps = { icon: LucideIcon; onSelect: () => void; keys?: string; children: ReactNode };

export function ContextItem({ icon: Icon, onSelect, keys, children }: ContextItemProps) {
  return (
    <Radix.Item onSelect={onSelect} className={MENU_ITEM}>
      <Icon aria-hidden="true" strokeWidth={1.75} className="size-4 flex-none text-ink-3" />
      <span className="grow">{children}</span>
      {keys && (
        <span dir="ltr" aria-hidden="true" className="ps-4">
          <Kbd>{keys}</Kbd>
        </span>
      )}
    </Radix.Item>
  );
}

export function ContextLine() {
  return <Radix.Separator className={MENU_LINE} />;
}
