import { Toast as Radix } from "radix-ui";
import { createContext, type ReactNode, use, useCallback, useState } from "react";
import { useTranslation } from "react-i18next";

const SHOWN_FOR_MS = 6_000;

export type ToastMessage = { text: string; action?: { label: string; onPress: () => void } };
type Shown = ToastMessage & { id: number };
const ToastContext = createContext<((message: ToastMessage) => void) | null>(null);

/** Says what has just happened, in one line, with Undo where it can be undone. Never for failures that need action: those stand where they happened. */
export function useToast(): (message: ToastMessage) => void {
  const show = use(ToastContext);
  if (!show) throw new Error("useToast needs a ToastProvider above it");
  return show;
}

export function ToastProvider({ children }: { children: ReactNode }) {
  const { t } = useTranslation();
  const [shown, setShown] = useState<Shown | null>(null);
  const show = useCallback((message: ToastMessage) => setShown((last) => ({ ...message, id: (last?.id ?? 0) + 1 })), []);
  return (
    <ToastContext value={show}>
      <Radix.Provider duration={SHOWN_FOR_MS} label={t("toast.label")}>
        {children}
        {shown && (
          <Radix.Root
            key={shown.id}
            type="background"
            onOpenChange={(isOpen) => !isOpen && setShown((last) => (last?.id === shown.id ? null : last))}
            className="animate-rise flex items-center gap-3.5 rounded-[10px] bg-primary px-3.5 py-2.5 text-13 text-on-primary shadow-3"
          >
            <Radix.Description className="grow">{shown.text}</Radix.Description>
            {shown.action && (
              <Radix.Action asChild altText={shown.action.label}>
                <button type="button" className="font-semibold outline-on-primary!" onClick={shown.action.onPress}>
                  {shown.action.label}
                </button>
              </Radix.Action>
            )}
          </Radix.Root>
        )}
        <Radix.Viewport className="fixed start-4 bottom-4 z-50 w-[312px] max-w-[calc(100vw-32px)] outline-none! max-pane:bottom-20 pane:start-[88px]" />
      </Radix.Provider>
    </ToastContext>
  );
}
