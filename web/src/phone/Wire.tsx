import { useQuery } from "@tanstack/react-query";
import { ArrowLeft, ArrowRight, ListFilter, Pause, Play } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useLanguage } from "@/app/preferences";
import { Badge, Button, cx, Menu, MenuChoice } from "@/components";
import { logQuery, usePhoneFormat } from "./queries";
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
        <Menu
          trigger={
            <Button variant="ghost" icon={ListFilter}>
              {t(`filter.${filter}`)}
            </Button>
          }
        >
          <MenuChoice<WireFilter> label={t("filter.label")} value={filter} onChange={setFilter} options={WIRE_FILTERS.map((value) => ({ value, label: t(`filter.${value}`) }))} />
        </Menu>
        <Button variant="ghost" icon={held ? Play : Pause} onClick={() => setHeld(held ? null : (log.data ?? []))}>
          {held ? t("resume") : t("pause")}
        </Button>
      </header>
      <div tabIndex={0} role="region" aria-label={t("wireRows")} className="relative min-h-0 grow overflow-y-auto px-3 pb-3">
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
  const format = usePhoneFormat(useLanguage());
  const at = new Date(row.at * 1000);
  const isIn = row.direction === "to_app";
  const [, what, rest] = /^((?:[A-Z]+ )?\S+)(.*)$/su.exec(row.summary) ?? [];
  const Icon = isIn ? ArrowRight : ArrowLeft;
  return (
    <details className="group">
      <summary className="flex cursor-pointer list-none items-center gap-2.5 rounded-md px-2 py-[5px] text-13 group-open:bg-selected hover:bg-hover group-open:hover:bg-selected">
        <span className="num ltr flex-none text-ink-3">{format.seconds(at)}.{String(at.getMilliseconds()).padStart(3, "0")}</span>
        <span className={cx("grid size-5 flex-none place-items-center rounded-sm", isIn ? "bg-human-soft text-human" : "bg-accent-soft text-accent-ink")}>
          <Icon aria-hidden="true" className="flip size-3" />
          <span className="sr-only">{t(isIn ? "toApp" : "fromApp")}</span>
        </span>
        <bdi className="cut grow text-ink-2">
          <span className="font-medium text-ink">{what}</span>
          {rest}
        </bdi>
        {row.fault && <Badge tone="warning">{row.fault}</Badge>}
        <span className={cx("num flex-none font-medium", wentWrong(row) ? "text-danger" : row.status === null ? "text-ink-3" : "text-success")}>{row.status ?? t(row.error ? "noAnswer" : "notSent")}</span>
        <span className="num w-14 flex-none text-end text-ink-3">{row.ms === null ? "" : t("ms", { value: format.number(Math.round(row.ms)) })}</span>
      </summary>
      <pre dir="ltr" tabIndex={0} className="mx-2 my-1.5 max-h-72 overflow-auto rounded-md bg-rail px-3.5 py-3 font-mono text-12 whitespace-pre-wrap text-rail-ink">
        <span className="text-rail-ink-2">{row.signature ? `X-Hub-Signature-256: ${row.signature}\n\n` : ""}</span>
        <Json text={pretty(row.body)} />
        {row.answer && <Json text={`\n\n${pretty(row.answer)}`} />}
        {row.error ? `\n\n${row.error}` : ""}
      </pre>
    </details>
  );
}

/** A JSON text with its keys and strings told apart. */
function Json({ text }: { text: string }) {
  return text.split(/("(?:[^"\\]|\\.)*"(?:\s*:)?)/u).map((part, index) =>
    part.startsWith('"') ? (
      <span key={index} className={part.endsWith(":") ? "text-rail-mark" : "text-(--rail-string)"}>
        {part}
      </span>
    ) : (
      part
    ),
  );
}
