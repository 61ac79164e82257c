import { Trash2, X } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Button, IconButton } from "@/components";

/** What can be done with the rows that are chosen. */
export function RowsBar({ count, onClear, onDelete }: { count: number; onClear: () => void; onDelete: () => void }) {
  const { t } = useTranslation("tables");
  if (count === 0) return null;
  return (
    <div role="group" aria-label={t("chosen", { count })} className="animate-rise sticky bottom-3 z-10 mt-3 flex flex-wrap items-center gap-2 rounded-lg border border-line-strong bg-raised p-2 ps-3 shadow-2">
      <p aria-live="polite" className="me-auto text-13 font-medium">
        {t("chosen", { count })}
      </p>
      <Button icon={Trash2} onClick={onDelete}>
        {t("deleteRow")}
      </Button>
      <IconButton icon={X} label={t("unchoose")} onClick={onClear} />
    </div>
  );
}
