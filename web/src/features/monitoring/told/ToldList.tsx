import { useTranslation } from "react-i18next";
import type { AccountEvent } from "@/api/models";
import { Badge, PhoneNumber } from "@/components";
import { useFormat } from "@/features/auth/queries";
import { useNow } from "@/features/inbox/useNow";
import { SEVERITY_LOOK } from "./look";
import { useToldWords } from "./useToldWords";

/** What was told, one below the other: how bad, what, of what, and when. */
export function ToldList({ rows }: { rows: readonly AccountEvent[] }) {
  return (
    <ol className="divide-y divide-line rounded-lg border border-line bg-surface">
      {rows.map((event) => (
        <li key={event.id} className="px-3 py-3 pane:px-4">
          <Event event={event} />
        </li>
      ))}
    </ol>
  );
}

function Event({ event }: { event: AccountEvent }) {
  const { t } = useTranslation("told");
  const format = useFormat();
  const now = useNow();
  const words = useToldWords();
  const { tone, icon } = SEVERITY_LOOK[event.severity];
  const lines = [words.changeOf(event), words.effectOf(event), ...words.restrictionsOf(event)].filter((line) => line !== null);
  return (
    <article className="grid gap-1">
      <header className="flex flex-wrap items-center gap-x-2 gap-y-1">
        <Badge tone={tone} icon={icon}>
          {t(`severity.${event.severity}`)}
        </Badge>
        <h2 className="text-14 font-medium">{words.headingOf(event)}</h2>
        <time dateTime={event.at} title={format.full(event.at)} className="ms-auto text-12 text-ink-3">
          {format.short(event.at, now)}
        </time>
      </header>
      <p className="flex flex-wrap gap-x-1.5 text-12 text-ink-3">
        {(event.subject || event.about !== "account") && (
          <span>
            <Subject event={event} /> ·
          </span>
        )}
        <bdi>{event.channel?.name ?? t("wholeAccount")}</bdi>
      </p>
      {lines.map((line) => (
        <p key={line} className="text-13">
          {line}
        </p>
      ))}
      {words.reasonsOf(event).map((reason) => (
        <p key={reason} dir="auto" className="own-side text-13 text-ink-2 [overflow-wrap:anywhere]">
          {reason}
        </p>
      ))}
      {event.raw !== null && (
        <details className="text-12">
          <summary className="w-fit cursor-pointer py-1 text-ink-3 hover:text-ink-2 pointer-coarse:py-3">{t("raw")}</summary>
          <pre tabIndex={0} dir="ltr" className="mt-1 max-h-60 overflow-auto rounded-md bg-sunken p-2 font-mono text-11 whitespace-pre-wrap [overflow-wrap:anywhere]">
            {JSON.stringify({ field: event.field, value: event.raw }, null, 2)}
          </pre>
        </details>
      )}
    </article>
  );
}

/** What it is about, by name. */
function Subject({ event }: { event: AccountEvent }) {
  const { t } = useTranslation("told");
  const subject = event.contact?.name ?? event.subject;
  return (
    <>
      {t(`about.${event.about}`)}
      {subject && (
        <>
          {" "}
          {event.about === "number" ? <PhoneNumber number={`+${subject}`} /> : <bdi className="font-medium text-ink-2 [overflow-wrap:anywhere]">{subject}</bdi>}
        </>
      )}
    </>
  );
}
