import { Ellipsis, Pencil, Trash2 } from "lucide-react";
import { useTranslation } from "react-i18next";
import { IconButton, Menu, MenuItem } from "@/components";
import { CellView } from "./CellView";
import { nameOf } from "./cells";
import type { DataRow, DataTable } from "./queries";

type RowCardsProps = { table: DataTable; rows: readonly DataRow[]; canEdit: boolean; onEdit: (row: DataRow) => void; onDelete: (id: string) => void };

/** The same rows on a phone: a card each, with what is filled in. */
export function RowCards({ table, rows, canEdit, onEdit, onDelete }: RowCardsProps) {
  const { t } = useTranslation("tables");
  return (
    <ul className="grid gap-2 pane:hidden">
      {rows.map((row) => (
        <li key={row.id} className="flex items-start gap-2 rounded-lg border border-line bg-surface py-2 ps-3 pe-1">
          <dl className="grid min-w-0 grow grid-cols-[minmax(72px,auto)_1fr] gap-x-3 gap-y-1 text-13">
            {table.columns
              .filter((column) => row.values[column.name] !== null && row.values[column.name] !== undefined)
              .map((column) => (
                <div key={column.id} className="contents">
                  <dt dir="auto" className="cut text-ink-3">
                    {nameOf(column)}
                  </dt>
                  <dd className="min-w-0">
                    <CellView column={column} cell={row.values[column.name]} />
                  </dd>
                </div>
              ))}
          </dl>
          {canEdit && (
            <Menu trigger={<IconButton icon={Ellipsis} label={t("moreRow")} />}>
              <MenuItem icon={Pencil} onSelect={() => onEdit(row)}>
                {t("editRow")}
              </MenuItem>
              <MenuItem icon={Trash2} onSelect={() => onDelete(row.id)}>
                {t("deleteRow")}
              </MenuItem>
            </Menu>
          )}
        </li>
      ))}
    </ul>
  );
}
