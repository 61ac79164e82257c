import { X } from "lucide-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { IconButton } from "@/components";

type SelectionBarProps = { count: number; onClear: () => void; children: ReactNode };

/** What can be done with the rows that are chosen. Stands at the foot of the screen, over the list. */
export function SelectionBar({ count, onClear, children }: SelectionBarProps) {
  const { t } = useTranslation("monitoring");
  if (count === 0) return null;
  return (
    <div role="group" aria-label={t("selected", { count })} className="animate-rise sticky bottom-3 z-10 mt-3 flex flex-wrap items-center gap-2 rounded-lg border border-line-strong bg-raised p-2 ps-3 shadow-2">
      <p aria-live="polite" className="me-auto text-13 font-medium">
        {t("selected", { count })}
      </p>
      {children}
      <IconButton icon={X} label={t("clearSelection")} onClick={onClear} />
    </div>
  );
}
