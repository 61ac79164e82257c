import { Dialog as Radix } from "radix-ui";
import type { ReactNode } from "react";
import { cx } from "./cx";

type SearchDialogProps = { isOpen: boolean; onClose: () => void; title: string; children: ReactNode };

/** A search over the page: near the top on a desk, from below on a phone. Its title is for those who do not see it. */
export function SearchDialog({ isOpen, onClose, title, children }: SearchDialogProps) {
  return (
    <Radix.Root open={isOpen} onOpenChange={(next) => !next && onClose()}>
      <Radix.Portal>
        <Radix.Overlay className="animate-fade fixed inset-0 z-40 bg-(--scrim)" />
        <Radix.Content
          aria-describedby={undefined}
          className={cx(
            "fixed z-50 flex max-h-[70dvh] flex-col overflow-hidden border border-line bg-raised text-ink shadow-3 outline-none!",
            "max-pane:animate-sheet max-pane:inset-x-0 max-pane:bottom-0 max-pane:rounded-t-xl",
            "pane:animate-fade pane:inset-x-0 pane:top-[14dvh] pane:mx-auto pane:max-w-[440px] pane:rounded-xl",
          )}
        >
          <Radix.Title className="sr-only">{title}</Radix.Title>
          {children}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
