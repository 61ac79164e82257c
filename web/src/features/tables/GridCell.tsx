import { type KeyboardEvent, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { Button, cx } from "@/components";
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

/**
 * A cell that is read until Enter, F2 or a double press; what is typed is kept when one leaves it, and not by Escape. Where
 * somebody else changed the same cell meanwhile, both values stand there until one is chosen.
 */
export function GridCell({ tableId, row, column, place, isActive, canEdit, className, onFocus, onMove }: GridCellProps) {
  const { t } = useTranslation("tables");
  const words = useErrorWords();
  const cellText = useCellText();
  const change = useChangeRow(tableId);
  const cell = useRef<HTMLTableCellElement>(null);
  const [draft, setDraft] = useState<string | null>(null);
  /** What the row was when one began to type, or when one saw it last. */
  const [seen, setSeen] = useState(row);
  const [fault, setFault] = useState<string | null>(null);
  const [isClash, setClash] = useState(false);
  const textIn = (given: DataRow) => cellText(column, given.values[column.name]);
  const begin = () => {
    if (!canEdit || draft !== null) return;
    setSeen(row);
    setDraft(textIn(row));
  };
  const leave = () => {
    setDraft(null);
    setFault(null);
    setClash(false);
    // After the input is gone, so that arrows go on from here.
    requestAnimationFrame(() => document.activeElement === document.body && cell.current?.focus());
  };
  const keep = (text: string, from = seen) => {
    if (text === textIn(from)) return leave();
    if (change.isPending) return;
    setFault(null);
    setClash(false);
    send(text, from);
  };
  const send = (text: string, from: DataRow) =>
    change.mutate(
      { rowId: row.id, values: { [column.name]: cellOf(text) }, revision: from.revision },
      {
        onSuccess: leave,
        onError: (error) => {
          const now = changedRow(error);
          if (now) {
            setSeen(now);
            // Another cell of the row was changed: that is in nobody's way.
            return textIn(now) === textIn(from) ? send(text, now) : setClash(true);
          }
          setFault(error instanceof ApiError && error.fields[0] ? words.splitOf(error, [`values.${column.name}`]).fields[`values.${column.name}`] ?? words.reasonOf(error) : words.reasonOf(error));
        },
      },
    );
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
          <CellInput column={column} text={draft} onChange={setDraft} label={nameOf(column)} isFocused onBlur={() => fault === null && !isClash && keep(draft)} />
          {isClash && (
            <div role="alert" className="grid gap-1 px-2 py-1 text-start text-12">
              <p className="text-warning">{t("changedMeanwhile")}</p>
              <CellView column={column} cell={seen.values[column.name]} />
              <p className="flex flex-wrap gap-1">
                <Button size="sm" onClick={() => keep(draft)}>
                  {t("keepMine")}
                </Button>
                <Button size="sm" onClick={leave}>
                  {t("keepTheirs")}
                </Button>
              </p>
            </div>
          )}
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

/** The row as it is now, where a refusal says that somebody changed it. */
function changedRow(error: unknown): DataRow | null {
  return error instanceof ApiError && error.code === "row_changed" ? ((error.details as { row?: DataRow }).row ?? null) : null;
}
