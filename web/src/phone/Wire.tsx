import { useQuery } from "@tanstack/react-query";
import { ArrowLeft, ArrowRight, Pause, Play } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Badge, Button, cx, Select } from "@/components";
import { logQuery } from "./queries";
import { passes, pretty, wentWrong, WIRE_FILTERS, type WireFilter, type WireRow } from "./world";

/** Every request, both ways, newest first; each opens to its body. */
export function Wire() {
  const { t } = useTranslation("phone");
  const log = useQuery(logQuery);
  const [held, setHeld] = useState<WireRow[] | null>(null);
  const [filter, setFilter] = useState<WireFilter>("all");
  const rows = (held ?? log.data ?? []).filter((row) => passes(row, filter)).toReversed();
  return (
    <div className="flex min-h-0 grow flex-col">
      <header className="flex flex-none items-center gap-2 px-5 py-2.5">
        <h2 className="grow text-13">
          <span className="font-medium">{t("wire")}</span> <span className="text-ink-3">{t("wireText")}</span>
        </h2>
        <div className="w-32 flex-none">
          <Select
            label={t("filter.label")}
            value={filter}
            onChange={(value) => setFilter(WIRE_FILTERS.find((one) => one === value) ?? "all")}
            options={WIRE_FILTERS.map((value) => ({ value, label: t(`filter.${value}`) }))}
          />
        </div>
        <Button size="sm" variant="ghost" icon={held ? Play : Pause} onClick={() => setHeld(held ? null : (log.data ?? []))}>
          {held ? t("resume") : t("pause")}
        </Button>
      </header>
      <div tabIndex={0} role="region" aria-label={t("wireRows")} className="min-h-0 grow overflow-y-auto px-3 pb-3">
        {rows.length === 0 && <p className="px-2 text-13 text-ink-3">{t("wireEmpty")}</p>}
        {rows.map((row) => (
          <Row key={row.seq} row={row} />
        ))}
      </div>
    </div>
  );
}

function Row({ row }: { row: WireRow }) {
  const { t } = useTranslation("phone");
  const isIn = row.direction === "to_app";
  const Icon = isIn ? ArrowRight : ArrowLeft;
  return (
    <details className="group rounded-md open:bg-sunken">
      <summary className="flex cursor-pointer items-center gap-2.5 rounded-md px-2 py-1.5 text-12 hover:bg-hover">
        <span className="num ltr flex-none text-ink-3">{timeOf(row.at)}</span>
        <span className={cx("grid size-5 flex-none place-items-center rounded-sm", isIn ? "bg-human-soft text-human" : "bg-accent-soft text-accent-ink")}>
          <Icon aria-hidden="true" className="flip size-3" />
          <span className="sr-only">{t(isIn ? "toApp" : "fromApp")}</span>
        </span>
        <bdi className="cut grow">{row.summary}</bdi>
        {row.fault && <Badge tone="warning">{row.fault}</Badge>}
        <span className={cx("num flex-none font-medium", wentWrong(row) ? "text-danger" : row.status === null ? "text-ink-3" : "text-success")}>{row.status ?? t(row.error ? "noAnswer" : "notSent")}</span>
        <span className="num ltr w-14 flex-none text-end text-ink-3">{row.ms === null ? "" : `${Math.round(row.ms)} ms`}</span>
      </summary>
      <pre dir="ltr" tabIndex={0} className="m-2 max-h-72 overflow-auto rounded-md bg-rail p-3 font-mono text-11 whitespace-pre-wrap text-rail-ink">
        {row.signature ? `X-Hub-Signature-256: ${row.signature}\n` : ""}
        {pretty(row.body)}
        {row.answer ? `\n\n${pretty(row.answer)}` : ""}
        {row.error ? `\n\n${row.error}` : ""}
      </pre>
    </details>
  );
}

/** On the page's own clock, as the times of the phone are; to the millisecond. */
function timeOf(seconds: number): string {
  const at = new Date(seconds * 1000);
  return `${at.toLocaleTimeString("en-GB")}.${String(at.getMilliseconds()).padStart(3, "0")}`;
}
