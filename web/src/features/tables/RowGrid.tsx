import { ArrowDown, ArrowUp, ChevronDown, KeyRound, Trash2 } from "lucide-react";
import { type KeyboardEvent, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { Checkbox, cx, IconButton, Menu, MenuItem } from "@/components";
import type { Selection } from "@/features/monitoring/useSelection";
import { nameOf } from "./cells";
import { GridCell } from "./GridCell";
import type { DataColumn, DataRow, DataTable } from "./queries";

type Sorting = { sort?: string | undefined; down?: boolean | undefined };
type RowGridProps = {
  table: DataTable;
  rows: readonly DataRow[];
  selection: Selection | null;
  sorting: Sorting;
  onSort: (sorting: Sorting) => void;
  onDelete: (id: string) => void;
  onColumn: ((column: DataColumn) => void) | null;
  onRemoveColumn: (column: DataColumn) => void;
};

/** Rows and cells: one cell is where the focus is, arrows move it, Enter edits it where it stands. */
export function RowGrid({ table, rows, selection, sorting, onSort, onDelete, onColumn, onRemoveColumn }: RowGridProps) {
  const { t } = useTranslation("tables");
  const grid = useRef<HTMLTableElement>(null);
  const [active, setActive] = useState({ row: 0, column: 0 });
  const move = (event: KeyboardEvent, row: number, column: number) => {
    const isTurned = getComputedStyle(event.currentTarget).direction === "rtl";
    const steps: Record<string, [number, number]> = { ArrowDown: [1, 0], ArrowUp: [-1, 0], ArrowRight: [0, isTurned ? -1 : 1], ArrowLeft: [0, isTurned ? 1 : -1], Home: [0, -column], End: [0, table.columns.length] };
    const step = steps[event.key];
    if (!step) return;
    event.preventDefault();
    const next = { row: clamp(row + step[0], rows.length), column: clamp(column + step[1], table.columns.length) };
    setActive(next);
    grid.current?.querySelector<HTMLElement>(`[data-cell="${next.row}.${next.column}"]`)?.focus();
  };
  return (
    <div className="relative overflow-x-auto rounded-lg border border-line bg-surface max-pane:hidden">
      <table ref={grid} role="grid" aria-label={t("grid", { name: table.name })} aria-rowcount={-1} className="w-full border-collapse text-13">
        <thead>
          <tr className="border-b border-line bg-sunken text-12">
            {selection && (
              <th scope="col" className="sticky start-0 z-10 w-8 bg-sunken ps-1">
                <Checkbox isOn={selection.all} onChange={selection.toggleAll} label={t("chooseAll")} />
              </th>
            )}
            {table.columns.map((column, place) => (
              <ColumnHead key={column.id} column={column} className={place === 0 ? cx(FIRST, selection ? "start-8 pointer-coarse:start-12" : "start-0", "bg-sunken") : ""} sorting={sorting} onSort={onSort} onColumn={onColumn} onRemove={onRemoveColumn} />
            ))}
            {selection && (
              <th scope="col" className="w-10">
                <span className="sr-only">{t("deleteRow")}</span>
              </th>
            )}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, at) => (
            <tr key={row.id} className="group border-b border-line last:border-b-0 hover:bg-hover">
              {selection && (
                <td className="sticky start-0 z-10 bg-surface ps-1 group-hover:bg-hover">
                  <Checkbox isOn={selection.has(row.id)} onChange={(isOn) => selection.toggle(row.id, isOn)} label={t("choose")} />
                </td>
              )}
              {table.columns.map((column, place) => (
                <GridCell
                  key={column.id}
                  tableId={table.id}
                  row={row}
                  column={column}
                  place={`${at}.${place}`}
                  isActive={Math.min(active.row, rows.length - 1) === at && active.column === place}
                  canEdit={selection !== null}
                  className={place === 0 ? cx(FIRST, selection ? "start-8 pointer-coarse:start-12" : "start-0", "bg-surface group-hover:bg-hover") : ""}
                  onFocus={() => setActive({ row: at, column: place })}
                  onMove={(event) => move(event, at, place)}
                />
              ))}
              {selection && (
                <td className="pe-1 text-end">
                  <IconButton icon={Trash2} size="sm" label={t("deleteRow")} onClick={() => onDelete(row.id)} className="opacity-0 group-focus-within:opacity-100 group-hover:opacity-100 pointer-coarse:opacity-100" />
                </td>
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

const clamp = (at: number, count: number) => Math.max(0, Math.min(at, count - 1));

/** Which row it is stays in sight, however far one goes along it. */
const FIRST = "sticky z-10";

type ColumnHeadProps = { column: DataColumn; className: string; sorting: Sorting; onSort: (sorting: Sorting) => void; onColumn: ((column: DataColumn) => void) | null; onRemove: (column: DataColumn) => void };

function ColumnHead({ column, className, sorting, onSort, onColumn, onRemove }: ColumnHeadProps) {
  const { t } = useTranslation("tables");
  const isSorted = sorting.sort === column.name;
  const name = nameOf(column);
  const Arrow = sorting.down ? ArrowDown : ArrowUp;
  // Above its numbers, which end where the column ends.
  const isNumber = column.type === "number";
  const canSort = column.type !== "json";
  return (
    <th scope="col" aria-sort={isSorted ? (sorting.down ? "descending" : "ascending") : undefined} className={cx("min-w-28 py-1 font-medium", isNumber ? "ps-1 pe-3 text-end" : "ps-3 pe-1 text-start", className)}>
      <span className={cx("flex items-center gap-1", isNumber && "flex-row-reverse")}>
        {column.is_key && <KeyRound role="img" aria-label={t("key")} className="size-3 flex-none text-ink-3" />}
        <span dir="auto" className="cut" title={column.label ? `${column.label} (${column.name})` : column.name}>
          {name}
        </span>
        {isSorted && <Arrow aria-hidden="true" className="size-3 flex-none" />}
        <Menu trigger={<IconButton icon={ChevronDown} size="sm" label={t("column.menu", { name })} className={cx("flex-none", !isNumber && "ms-auto")} />}>
          <p className="px-2 py-1 text-12 text-ink-3">
            <bdi className="font-mono">{column.name}</bdi> · {t(`type.${column.type}`)}
            {column.is_required && ` · ${t("required")}`}
          </p>
          {canSort && <MenuItem onSelect={() => onSort({ sort: column.name })}>{t("column.first")}</MenuItem>}
          {canSort && <MenuItem onSelect={() => onSort({ sort: column.name, down: true })}>{t("column.last")}</MenuItem>}
          {onColumn && <MenuItem onSelect={() => onColumn(column)}>{t("column.change")}</MenuItem>}
          {onColumn && !column.is_key && <MenuItem onSelect={() => onRemove(column)}>{t("column.remove")}</MenuItem>}
        </Menu>
      </span>
    </th>
  );
}
