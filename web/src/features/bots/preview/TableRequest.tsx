import { useId, useState } from "react";
import { useTranslation } from "react-i18next";
import { Button, Field, Textarea } from "@/components";

type Result = Record<string, unknown>;
type TableRequestProps = { request: Result; onAnswer: (result: Result) => void; onAsk: () => void };

/** A question to a data table: whoever plays says what it answers, or lets the table answer; what would be written is undone. */
export function TableRequest({ request, onAnswer, onAsk }: TableRequestProps) {
  const { t } = useTranslation("preview");
  const [row, setRow] = useState("{}");
  const [isBroken, setBroken] = useState(false);
  const id = useId();
  const isList = request.operation === "list";
  const succeed = () => {
    try {
      const given = JSON.parse(row) as unknown;
      onAnswer({ ok: true, row_count: 1, ...(isList ? { rows: [given] } : request.operation === "count" ? {} : { row: given }) });
    } catch {
      setBroken(true);
    }
  };
  return (
    <div role="group" aria-labelledby={id} className="grid gap-2">
      <p id={id} className="ltr break-all rounded-sm bg-sunken px-2 py-1 font-mono text-12 text-ink">
        {String(request.operation)} <bdi>{String(request.table)}</bdi>
      </p>
      <Field label={t("table.row")} error={isBroken ? t("answer.broken") : undefined}>
        <Textarea
          dir="ltr"
          rows={2}
          spellCheck={false}
          value={row}
          onChange={(event) => {
            setRow(event.target.value);
            setBroken(false);
          }}
          className="font-mono"
        />
      </Field>
      <div className="flex flex-wrap gap-1.5">
        <Button size="sm" variant="primary" onClick={onAsk}>
          {t("table.ask")}
        </Button>
        <Button size="sm" onClick={succeed}>
          {t("table.found")}
        </Button>
        <Button size="sm" onClick={() => onAnswer({ ok: true, row_count: 0, ...(isList ? { rows: [] } : { row: null }) })}>
          {t("table.none")}
        </Button>
        <Button size="sm" onClick={() => onAnswer({ ok: false, row_count: 0, error: "As chosen in the preview." })}>
          {t("answer.failure")}
        </Button>
      </div>
    </div>
  );
}
