import { Direction } from "radix-ui";
import type { ReactNode } from "react";
import { ToastProvider } from "@/components";
import { directionOf } from "@/i18n";
import { useLanguage } from "./preferences";

/** What every page of either entry stands in: the direction for parts that move by arrow keys, and toasts. */
export function Providers({ children }: { children: ReactNode }) {
  return (
    <Direction.Provider dir={directionOf(useLanguage())}>
      <ToastProvider>{children}</ToastProvider>
    </Direction.Provider>
  );
}
