import { Check, Minus } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Badge } from "@/components";
import { useFormat } from "@/features/auth/queries";
import { inputText } from "./cells";
import type { Cell, DataColumn } from "./queries";

/** A cell to read. */
export function CellView({ column, cell }: { column: DataColumn; cell: Cell | undefined }) {
  const { t } = useTranslation("tables");
  const format = useFormat();
  if (cell === null || cell === undefined) return <span className="sr-only">{t("none")}</span>;
  switch (column.type) {
    case "boolean": {
      const Icon = cell ? Check : Minus;
      return (
        <span className="flex items-center gap-1 text-ink-2">
          <Icon aria-hidden="true" className={cell ? "size-3.5 text-success" : "size-3.5 text-ink-3"} />
          {cell ? t("yes") : t("no")}
        </span>
      );
    }
    case "number":
      return (
        <bdi dir="ltr" className="num">
          {inputText(cell)}
        </bdi>
      );
    case "date":
      return <bdi className="num">{format.date(`${String(cell)}T12:00:00Z`)}</bdi>;
    case "datetime":
      return (
        <bdi className="num" title={format.full(String(cell))}>
          {format.date(String(cell))}, {format.time(String(cell))}
        </bdi>
      );
    case "choice":
      return (
        <Badge>
          <bdi>{String(cell)}</bdi>
        </Badge>
      );
    case "json":
      return (
        <code dir="ltr" className="block truncate font-mono text-12 text-ink-2">
          {inputText(cell)}
        </code>
      );
    default:
      return (
        <span dir="auto" className="cut block" title={String(cell)}>
          {String(cell)}
        </span>
      );
  }
}
