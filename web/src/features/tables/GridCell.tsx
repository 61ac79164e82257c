import { type KeyboardEvent, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { cx, useToast } from "@/components";
import { ApiError } from "@/api/errors";
import { useErrorWords } from "@/i18n/useErrorWords";
import { CellInput, useCellText } from "./CellInput";
import { CellView } from "./CellView";
import { cellOf, nameOf } from "./cells";
import { type DataColumn, type DataRow, useChangeRow } from "./queries";

type GridCellProps = {
  tableId: string;
  row: DataRow;
  column: DataColumn;
  place: string;
  isActive: boolean;
  canEdit: boolean;
  className: string;
  onFocus: () => void;
  onMove: (event: KeyboardEvent) => void;
};

/** A cell that is read until Enter, F2 or a double press; what is typed is kept when one leaves it, and not by Escape. */
export function GridCell({ tableId, row, column, place, isActive, canEdit, className, onFocus, onMove }: GridCellProps) {
  const { t } = useTranslation("tables");
  const toast = useToast();
  const words = useErrorWords();
  const textOf = useCellText();
  const change = useChangeRow(tableId);
  const cell = useRef<HTMLTableCellElement>(null);
  const [draft, setDraft] = useState<string | null>(null);
  const [fault, setFault] = useState<string | null>(null);
  const kept = textOf(column, row.values[column.name]);
  const begin = () => canEdit && draft === null && setDraft(kept);
  const leave = () => {
    setDraft(null);
    setFault(null);
    // After the input is gone, so that arrows go on from here.
    requestAnimationFrame(() => document.activeElement === document.body && cell.current?.focus());
  };
  const keep = (text: string) => {
    if (text === kept) return leave();
    if (change.isPending) return;
    change.mutate(
      { rowId: row.id, values: { [column.name]: cellOf(text) }, revision: row.revision },
      {
        onSuccess: leave,
        onError: (error) => {
          if (error instanceof ApiError && error.code === "row_changed") {
            toast({ text: t("changedMeanwhile") });
            return leave();
          }
          setFault(error instanceof ApiError && error.fields[0] ? words.splitOf(error, [`values.${column.name}`]).fields[`values.${column.name}`] ?? words.reasonOf(error) : words.reasonOf(error));
        },
      },
    );
  };
  const onKey = (event: KeyboardEvent) => {
    if (draft === null) {
      if (event.key === "Enter" || event.key === "F2") {
        event.preventDefault();
        begin();
      } else onMove(event);
      return;
    }
    event.stopPropagation();
    if (event.key === "Escape") leave();
    else if (event.key === "Enter") {
      event.preventDefault();
      keep(draft);
    }
  };
  return (
    <td
      ref={cell}
      role="gridcell"
      data-cell={place}
      tabIndex={isActive && draft === null ? 0 : -1}
      aria-readonly={!canEdit}
      onFocus={onFocus}
      onKeyDown={onKey}
      onDoubleClick={begin}
      className={cx("max-w-64 align-middle outline-offset-[-2px]", draft === null ? "px-3 py-2" : "px-1 py-0.5", column.type === "number" && "text-end", className)}
    >
      {draft === null ? (
        <CellView column={column} cell={row.values[column.name]} />
      ) : (
        <>
          <CellInput column={column} text={draft} onChange={setDraft} label={nameOf(column)} isFocused onBlur={() => fault === null && keep(draft)} />
          {fault && (
            <p role="alert" className="px-2 py-1 text-start text-12 text-danger">
              {fault}
            </p>
          )}
        </>
      )}
    </td>
  );
}
