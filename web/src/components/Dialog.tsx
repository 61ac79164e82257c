import { X } from "lucide-react";
import { Dialog as Radix } from "radix-ui";
import { type ReactNode, useInsertionEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { IconButton } from "./Button";
import { cx } from "./cx";

type DialogProps = {
  isOpen: boolean;
  onOpenChange: (isOpen: boolean) => void;
  /** The question. */
  title: string;
  /** The consequence, in numbers. */
  text?: ReactNode;
  /** Buttons, the one that acts last. */
  actions?: ReactNode;
  size?: "md" | "lg";
  children?: ReactNode;
};

/** The way back to where the focus was when this opened: Radix knows it only of a trigger of its own. */
function useFocusReturn(isOpen: boolean): (event: Event) => void {
  const opener = useRef<Element | null>(null);
  // Before the first field inside takes the focus.
  useInsertionEffect(() => {
    if (isOpen) opener.current = document.activeElement;
  }, [isOpen]);
  return (event) => {
    if (!(opener.current instanceof HTMLElement) || !opener.current.isConnected) return;
    event.preventDefault();
    opener.current.focus();
  };
}

/** A question over the page; on phones it rises from below. Esc closes, focus goes back to where it was. */
export function Dialog({ isOpen, onOpenChange, title, text, actions, size = "md", children }: DialogProps) {
  const returnFocus = useFocusReturn(isOpen);
  return (
    <Radix.Root open={isOpen} onOpenChange={onOpenChange}>
      <Radix.Portal>
        <Radix.Overlay className="animate-fade fixed inset-0 z-40 bg-(--scrim)" />
        <Radix.Content
          onCloseAutoFocus={returnFocus}
          {...(text === undefined && { "aria-describedby": undefined })}
          className={cx(
            "max-pane:animate-sheet fixed z-50 flex max-h-[90dvh] flex-col overflow-y-auto border border-line bg-raised p-[18px] text-ink shadow-3 outline-none!",
            "max-pane:inset-x-0 max-pane:bottom-0 max-pane:rounded-t-xl",
            "pane:animate-fade pane:inset-x-0 pane:top-[12dvh] pane:max-h-[82dvh] pane:mx-auto pane:rounded-xl",
            size === "lg" ? "pane:max-w-[640px]" : "pane:max-w-[440px]",
          )}
        >
          <Radix.Title className="text-16">{title}</Radix.Title>
          {text !== undefined && <Radix.Description className="mt-1 text-13 text-ink-2">{text}</Radix.Description>}
          {children}
          {actions && <div className="mt-4 flex flex-wrap justify-end gap-2">{actions}</div>}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

type SheetProps = { isOpen: boolean; onOpenChange: (isOpen: boolean) => void; title: string; children: ReactNode };

/** A drawer at the end of the page, for what stands beside the work on a wide screen. */
export function Sheet({ isOpen, onOpenChange, title, children }: SheetProps) {
  const { t } = useTranslation();
  const returnFocus = useFocusReturn(isOpen);
  return (
    <Radix.Root open={isOpen} onOpenChange={onOpenChange}>
      <Radix.Portal>
        <Radix.Overlay className="animate-fade fixed inset-0 z-40 bg-(--scrim)" />
        <Radix.Content
          aria-describedby={undefined}
          onCloseAutoFocus={returnFocus}
          className="animate-drawer fixed inset-y-0 end-0 z-50 flex w-(--side-w) max-w-[100vw] flex-col overflow-y-auto border-s border-line bg-canvas text-ink shadow-3 outline-none! max-pane:w-full"
        >
          <Radix.Title className="sr-only">{title}</Radix.Title>
          <Radix.Close asChild>
            <IconButton icon={X} label={t("close")} className="absolute end-3 top-3" />
          </Radix.Close>
          {children}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
