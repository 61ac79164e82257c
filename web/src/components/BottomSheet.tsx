import { X } from "lucide-react";
import { Dialog as Radix } from "radix-ui";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { IconButton } from "./Button";

type BottomSheetProps = { isOpen: boolean; onOpenChange: (isOpen: boolean) => void; title: string; children: ReactNode };

/** On phones only: rises from below and leaves what it belongs to in sight. */
export function BottomSheet({ isOpen, onOpenChange, title, children }: BottomSheetProps) {
  const { t } = useTranslation();
  return (
    <Radix.Root open={isOpen} onOpenChange={onOpenChange}>
      <Radix.Portal>
        <Radix.Overlay className="animate-fade fixed inset-0 z-40 bg-(--scrim) pane:hidden" />
        <Radix.Content
          aria-describedby={undefined}
          onOpenAutoFocus={(event) => event.preventDefault()}
          className="animate-sheet fixed inset-x-0 bottom-0 z-50 flex h-[74dvh] flex-col overflow-hidden rounded-t-xl border border-line bg-canvas text-ink shadow-3 outline-none! pane:hidden"
        >
          <span aria-hidden="true" className="mx-auto mt-2 h-1 w-9 flex-none rounded-full bg-line-strong" />
          <Radix.Title className="sr-only">{title}</Radix.Title>
          <Radix.Close asChild>
            <IconButton icon={X} label={t("close")} className="absolute end-3 top-3 z-10" />
          </Radix.Close>
          {children}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
