import type { NodeProps } from "@xyflow/react";
import { memo } from "react";
import { useTranslation } from "react-i18next";
import { cx } from "@/components";
import { changeNote } from "../model/edits";
import type { NoteNode as NoteNodeType } from "../model/store";
import { useEditor } from "../model/useEditor";

/** A sticky note beside the flow: for colleagues, never for customers. */
export const NoteNode = memo(function NoteNode({ id, data, selected }: NodeProps<NoteNodeType>) {
  const { t } = useTranslation("editor");
  const { store, isReadOnly } = useEditor();
  return (
    <div className={cx("w-[200px] rounded-md border bg-note p-2.5 text-ink shadow-2", selected ? "border-accent outline-2 outline-accent" : "border-note-line")}>
      <span className="grid text-[12.5px] leading-[18px]">
        {/* The text stands behind its field once more: the field grows with it. */}
        <span aria-hidden="true" className="user-text invisible col-start-1 row-start-1 min-h-9">
          {`${data.note.text} `}
        </span>
        <textarea
          dir="auto"
          aria-label={t("note")}
          placeholder={t("notePlaceholder")}
          readOnly={isReadOnly}
          value={data.note.text}
          onChange={(event) => store.edit(changeNote(id, event.target.value), `note ${id}`)}
          className={cx("col-start-1 row-start-1 resize-none overflow-hidden bg-transparent outline-none!", selected && "nodrag")}
        />
      </span>
    </div>
  );
});
