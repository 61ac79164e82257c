import { useQuery, useQueryClient } from "@tanstack/react-query";
import { FileUp } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { ApiError } from "@/api/errors";
import { Button, cx, Dialog, Field, Select } from "@/components";
import { useFormat } from "@/features/auth/queries";
import { useErrorWords } from "@/i18n/useErrorWords";
import { type DataTable, importQuery, MAX_CSV_BYTES, type TableImport, useImportRows } from "./queries";

type Mode = "insert" | "upsert";

/** Choose or drop a CSV file, read what would be taken of it, then watch it being taken in. */
export function ImportRowsDialog({ table, onClose }: { table: DataTable; onClose: () => void }) {
  const { t } = useTranslation("tables");
  const [file, setFile] = useState<File | null>(null);
  const [mode, setMode] = useState<Mode>("insert");
  const [isTooLarge, setTooLarge] = useState(false);
  const checked = useImportRows(table.id);
  const started = useImportRows(table.id);
  const hasKey = table.columns.some((column) => column.is_key);
  const check = (chosen: File, wanted: Mode) => checked.mutate({ file: chosen, mode: wanted, isDryRun: true });
  const choose = (chosen: File | undefined) => {
    if (!chosen) return;
    started.reset();
    checked.reset();
    setTooLarge(chosen.size > MAX_CSV_BYTES);
    setFile(chosen.size > MAX_CSV_BYTES ? null : chosen);
    if (chosen.size <= MAX_CSV_BYTES) check(chosen, mode);
  };
  const good = checked.data ? checked.data.total - checked.data.refused : 0;
  const refused = checked.error ?? started.error;
  return (
    <Dialog
      isOpen
      onOpenChange={(isOpen) => !isOpen && onClose()}
      size="lg"
      title={t("import.title")}
      text={started.data ? undefined : t("import.text")}
      actions={
        started.data ? (
          <Button variant="primary" onClick={onClose}>
            {t("close")}
          </Button>
        ) : (
          <>
            <Button onClick={onClose}>{t("cancel")}</Button>
            <Button variant="primary" isBusy={started.isPending} disabled={!file || good === 0} onClick={() => file && started.mutate({ file, mode, isDryRun: false })}>
              {t("import.start", { count: good })}
            </Button>
          </>
        )
      }
    >
      {started.data ? (
        <Progress tableId={table.id} given={started.data} />
      ) : (
        <>
          <DropZone name={file?.name ?? null} isBusy={checked.isPending} onFile={choose} />
          {hasKey && (
            <Field label={t("import.mode")} className="mt-3">
              <Select
                value={mode}
                options={[
                  { value: "insert", label: t("import.insert") },
                  { value: "upsert", label: t("import.upsert") },
                ]}
                onChange={(next) => {
                  setMode(next as Mode);
                  if (file) check(file, next as Mode);
                }}
              />
            </Field>
          )}
          <div role="status" className="mt-3 text-13">
            {isTooLarge && <p className="text-danger">{t("import.tooLarge")}</p>}
            {refused && <Refusal error={refused} />}
            {checked.data && <Report checked={checked.data} />}
          </div>
        </>
      )}
    </Dialog>
  );
}

/** Why a file is not taken: in the interface's words where there are some, else as the server says it. */
function Refusal({ error }: { error: Error }) {
  const { t } = useTranslation("tables");
  const words = useErrorWords();
  const fault = error instanceof ApiError ? error.fields[0] : undefined;
  return <p className="text-danger">{fault ? t(`import.reasons.${fault.code}` as "import.reasons.empty", { defaultValue: fault.message }) : words.reasonOf(error)}</p>;
}

function Report({ checked }: { checked: TableImport }) {
  const { t } = useTranslation("tables");
  return (
    <div className="grid gap-1.5">
      <p className="font-medium">{t("import.found", { count: checked.total })}</p>
      {checked.encoding && <p className="text-ink-2">{t("import.read", { encoding: checked.encoding, delimiter: checked.delimiter === "\t" ? t("import.tab") : (checked.delimiter ?? "") })}</p>}
      <p className="break-words text-ink-2">{t("import.columns", { names: checked.columns.join(", ") })}</p>
      {checked.ignored.length > 0 && <p className="break-words text-warning">{t("import.ignored", { names: checked.ignored.join(", ") })}</p>}
      <Faults given={checked} />
    </div>
  );
}

/** Rows that are not taken, each with the reason. */
function Faults({ given }: { given: TableImport }) {
  const { t } = useTranslation("tables");
  if (given.refused === 0 && given.faults.length === 0) return null;
  return (
    <div className="mt-1 rounded-md bg-sunken p-2.5">
      {given.refused > 0 && <p className="font-medium text-danger">{t("import.refused", { count: given.refused })}</p>}
      <ul tabIndex={0} className="mt-1 grid max-h-48 gap-0.5 overflow-y-auto text-12">
        {given.faults.map((fault, at) => (
          <li key={at} className="break-words">
            {fault.row > 0 && <span className="text-ink-3">{t("import.row", { row: fault.row })} </span>}
            {fault.column && <bdi className="font-mono">{fault.column} </bdi>}
            <bdi lang="en">{fault.message}</bdi>
          </li>
        ))}
      </ul>
    </div>
  );
}

/** How far a file is; when it is over, the rows are read anew. */
function Progress({ tableId, given }: { tableId: string; given: TableImport }) {
  const { t } = useTranslation("tables");
  const format = useFormat();
  const queryClient = useQueryClient();
  const state = useQuery({ ...importQuery(tableId, given.id ?? ""), initialData: given, initialDataUpdatedAt: 0 }).data;
  const isOver = state.state === "done" || state.state === "failed";
  useEffect(() => {
    if (isOver) void queryClient.invalidateQueries({ queryKey: ["tables"] });
  }, [isOver, queryClient]);
  const counts = { inserted: state.inserted, updated: state.updated, refused: state.refused };
  return (
    <div className="mt-3 grid gap-2 text-13">
      {!isOver && <p className="text-ink-2">{t("import.running")}</p>}
      <progress aria-label={t("import.title")} max={Math.max(state.total, 1)} value={state.done} className="h-2 w-full accent-(--accent)" />
      <p role="status" className={cx(state.state === "failed" && "text-danger")}>
        {state.state === "done" ? t("import.done", counts) : state.state === "failed" ? t("import.failed", { inserted: counts.inserted, updated: counts.updated }) : t("import.progress", { done: format.number(state.done), total: format.number(state.total) })}
      </p>
      <Faults given={state} />
    </div>
  );
}

function DropZone({ name, isBusy, onFile }: { name: string | null; isBusy: boolean; onFile: (file: File | undefined) => void }) {
  const { t } = useTranslation("tables");
  const input = useRef<HTMLInputElement>(null);
  const [isOver, setOver] = useState(false);
  return (
    <div
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        onFile(event.dataTransfer.files[0]);
      }}
      className={cx("mt-3 grid justify-items-center gap-2 rounded-lg border border-dashed p-6 text-center text-13", isOver ? "border-primary bg-accent-soft" : "border-line-strong bg-sunken")}
    >
      <FileUp aria-hidden="true" strokeWidth={1.75} className="size-6 text-ink-3" />
      {name ? <bdi className="max-w-full font-medium break-words">{name}</bdi> : <p className="text-ink-2">{t("import.drop")}</p>}
      <Button isBusy={isBusy} onClick={() => input.current?.click()}>
        {name ? t("import.another") : t("import.choose")}
      </Button>
      <input
        ref={input}
        type="file"
        accept=".csv,text/csv,text/plain,.tsv"
        tabIndex={-1}
        aria-label={t("import.choose")}
        className="hidden"
        onChange={(event) => {
          onFile(event.currentTarget.files?.[0]);
          event.currentTarget.value = "";
        }}
      />
    </div>
  );
}
