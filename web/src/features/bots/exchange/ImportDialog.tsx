import { Link } from "@tanstack/react-router";
import { FileUp } from "lucide-react";
import { type DragEvent, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { ApiError } from "@/api/errors";
import { Button, Checkbox, cx, Dialog } from "@/components";
import { useMay } from "@/features/workspace/useMay";
import { useErrorWords } from "@/i18n/useErrorWords";
import { ImportReport } from "./ImportReport";
import { MAX_BYTES, useImportFile, useTryFile } from "./queries";

type Chosen = { name: string; text: string };

/** Choose or drop a file, read what would become of it, then make the bots. */
export function ImportDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation(["exchange", "bots"]);
  const [chosen, setChosen] = useState<Chosen | null>(null);
  const [isTooLarge, setTooLarge] = useState(false);
  const [createsTables, setCreatesTables] = useState(false);
  const mayMakeTables = useMay("tables:write");
  const tried = useTryFile();
  const made = useImportFile();
  const choose = async (file: File | undefined) => {
    if (!file) return;
    tried.reset();
    made.reset();
    setChosen(null);
    setTooLarge(file.size > MAX_BYTES);
    if (file.size > MAX_BYTES) return;
    const text = await file.text();
    setChosen({ name: file.name, text });
    tried.mutate({ text, createsTables });
  };
  const ask = (creates: boolean) => {
    setCreatesTables(creates);
    if (chosen) tried.mutate({ text: chosen.text, createsTables: creates });
  };
  const report = made.data ?? tried.data;
  const count = report?.bots.length ?? 0;
  const refused = tried.error ?? made.error;
  return (
    <Dialog
      isOpen
      onOpenChange={(isOpen) => !isOpen && onClose()}
      size="lg"
      title={made.data ? t("done", { count }) : t("title")}
      text={made.data ? t("doneText") : t("text")}
      actions={
        made.data ? (
          <Button variant="primary" onClick={onClose}>
            {t("close")}
          </Button>
        ) : (
          <>
            <Button onClick={onClose}>{t("bots:cancel")}</Button>
            <Button variant="primary" disabled={!tried.data || !chosen} isBusy={made.isPending} onClick={() => chosen && made.mutate({ text: chosen.text, createsTables })}>
              {t("make", { count: Math.max(count, 1) })}
            </Button>
          </>
        )
      }
    >
      {!made.data && <DropZone name={chosen?.name ?? null} isBusy={tried.isPending} onFile={(file) => void choose(file)} />}
      <div role="status" className="text-13">
        {isTooLarge && <p className="mt-3 text-danger">{t("tooLarge")}</p>}
        {refused && <Refusal error={refused} />}
      </div>
      {!made.data && mayMakeTables && report?.bots.some((bot) => bot.tables.length > 0 || bot.missing.some((each) => each.kind === "table")) && (
        <p className="mt-3 flex items-center gap-1 text-13">
          <Checkbox isOn={createsTables} onChange={ask} label={t("createTables")} />
          <span aria-hidden="true">{t("createTables")}</span>
        </p>
      )}
      {report && <ImportReport report={report} />}
      {made.data && (
        <ul className="mt-3 grid gap-1 text-13">
          {made.data.bots.map(
            (bot) =>
              bot.id && (
                <li key={bot.id}>
                  <Link to="/flows/$botId" params={{ botId: bot.id }} search={{ version: "draft" }} className="font-medium text-accent-ink">
                    <bdi>{t("open", { name: bot.name })}</bdi>
                  </Link>
                </li>
              ),
          )}
        </ul>
      )}
    </Dialog>
  );
}

/** Why a file is not taken, with the place in it. */
function Refusal({ error }: { error: Error }) {
  const { t } = useTranslation("exchange");
  const words = useErrorWords();
  const faults = error instanceof ApiError ? error.fields : [];
  if (faults.length === 0) return <p className="mt-3 text-danger">{words.reasonOf(error)}</p>;
  return (
    <div className="mt-3 text-danger">
      <p>{t("refused")}</p>
      {faults.map((fault) => (
        <p key={fault.field} dir="ltr" lang="en" className="mt-1 rounded-md bg-sunken p-2 text-start font-mono text-12 break-words text-ink-2">
          {fault.field === "file" ? fault.message : `${fault.field}: ${fault.message}`}
        </p>
      ))}
    </div>
  );
}

function DropZone({ name, isBusy, onFile }: { name: string | null; isBusy: boolean; onFile: (file: File | undefined) => void }) {
  const { t } = useTranslation("exchange");
  const input = useRef<HTMLInputElement>(null);
  const [isOver, setOver] = useState(false);
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    onFile(event.dataTransfer.files[0]);
  };
  return (
    <div
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
      className={cx("mt-3 grid justify-items-center gap-2 rounded-lg border border-dashed p-6 text-center text-13", isOver ? "border-primary bg-accent-soft" : "border-line-strong bg-sunken")}
    >
      <FileUp aria-hidden="true" strokeWidth={1.75} className="size-6 text-ink-3" />
      {name ? <bdi className="max-w-full font-medium break-words">{name}</bdi> : <p className="text-ink-2">{t("drop")}</p>}
      <Button isBusy={isBusy} onClick={() => input.current?.click()}>
        {name ? t("another") : t("choose")}
      </Button>
      <input
        ref={input}
        type="file"
        accept=".json,application/json"
        tabIndex={-1}
        aria-label={t("choose")}
        className="hidden"
        onChange={(event) => {
          onFile(event.currentTarget.files?.[0]);
          event.currentTarget.value = "";
        }}
      />
    </div>
  );
}
