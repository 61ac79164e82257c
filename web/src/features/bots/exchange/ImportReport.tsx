import { KeyRound } from "lucide-react";
import { useTranslation } from "react-i18next";
import { useLanguage } from "@/app/preferences";
import { Badge } from "@/components";
import type { ImportedBot, ImportNote, ImportReport as Report } from "./queries";

const TONES = { mapped: "success", changed: "warning", placeholder: "danger", left_out: "plain" } as const;
const KINDS = ["credential", "flow", "template", "value", "table", "column"] as const;

/** What of a file maps, what does not and why, and what is still missing. */
export function ImportReport({ report }: { report: Report }) {
  const { t } = useTranslation("exchange");
  return (
    <div className="mt-4 grid gap-4">
      <p className="text-13 text-ink-2">{t("from", { product: t(`format.${report.format}`) })}</p>
      {report.bots.map((bot, index) => (
        <BotReport key={bot.id ?? index} bot={bot} />
      ))}
      {report.notes.length > 0 && (
        <section>
          <h3 className="mb-1 text-13 font-medium">{t("rest")}</h3>
          <Notes notes={report.notes} />
        </section>
      )}
    </div>
  );
}

function BotReport({ bot }: { bot: ImportedBot }) {
  const { t } = useTranslation("exchange");
  return (
    <section className="rounded-lg border border-line p-3">
      <h3 dir="auto" className="cut text-14 font-medium">
        {bot.name}
      </h3>
      <p className="mt-1 flex flex-wrap gap-1.5 text-12">
        <Badge>{t("nodes", { count: bot.nodes })}</Badge>
        {(["mapped", "changed", "placeholder", "left_out"] as const).map((outcome) => {
          const count = bot.outcomes[outcome] ?? 0;
          return (
            count > 0 && (
              <Badge key={outcome} tone={TONES[outcome]}>
                {t(`count.${outcome}`, { count })}
              </Badge>
            )
          );
        })}
      </p>
      {bot.errors > 0 && <p className="mt-2 text-12 text-danger">{t("errors", { count: bot.errors })}</p>}
      {bot.missing.length > 0 && (
        <div className="mt-3">
          <h4 className="flex items-center gap-1.5 text-13 font-medium">
            <KeyRound aria-hidden="true" className="size-3.5 text-ink-3" />
            {t("missing")}
          </h4>
          <ul className="mt-1 grid gap-0.5 text-13">
            {bot.missing.map((each) => (
              <li key={`${each.kind} ${each.name}`} className="break-words">
                <span className="text-ink-3">{kindOf(each.kind) ? t(`kind.${kindOf(each.kind) ?? "value"}`) : each.kind}</span> <bdi className="font-medium">{each.name}</bdi>
              </li>
            ))}
          </ul>
        </div>
      )}
      {bot.tables.length > 0 && <p className="mt-2 text-13 break-words">{t("tables", { names: bot.tables.join(", ") })}</p>}
      {bot.notes.length > 0 && <Notes notes={bot.notes} />}
    </section>
  );
}

function kindOf(kind: string): (typeof KINDS)[number] | undefined {
  return KINDS.find((known) => known === kind);
}

function Notes({ notes }: { notes: ImportNote[] }) {
  const { t } = useTranslation("exchange");
  const language = useLanguage();
  return (
    <ul className="mt-3 grid gap-2">
      {notes.map((note, index) => (
        <li key={`${note.place} ${index}`} className="grid gap-0.5 text-13">
          <p className="flex flex-wrap items-center gap-1.5">
            <Badge tone={TONES[note.outcome]}>{t(`outcome.${note.outcome}`)}</Badge>
            <bdi className="font-medium">{note.kind}</bdi>
          </p>
          <p className="break-words text-ink-2">{note.words[language] ?? note.words["en"]}</p>
          <p dir="ltr" className="text-start font-mono text-11 break-all text-ink-3">
            {note.place}
          </p>
        </li>
      ))}
    </ul>
  );
}
