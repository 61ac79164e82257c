import { Link } from "@tanstack/react-router";
import { RotateCw } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { DeadLetter } from "@/api/models";
import { useLanguage } from "@/app/preferences";
import { Badge, Checkbox, IconButton } from "@/components";
import { useFormat } from "@/features/auth/queries";
import { useNow } from "@/features/inbox/useNow";
import type { Selection } from "../useSelection";
import { calledIn } from "./look";
import { StateBadge } from "./StateBadge";
import { useNext } from "./useNext";

type LetterListProps = { rows: readonly DeadLetter[]; selection: Selection | null; onRetry: (id: string) => void };

/** A table on a desktop, a list on a phone. */
export function LetterList({ rows, selection, onRetry }: LetterListProps) {
  const { t } = useTranslation("monitoring");
  return (
    <>
      <table className="w-full table-fixed border-collapse text-13 max-pane:hidden">
        <thead>
          <tr className="border-b border-line text-start text-12 text-ink-3">
            {selection && (
              <th scope="col" className="w-9 text-start">
                <Checkbox isOn={selection.all} onChange={selection.toggleAll} label={t("chooseAll")} />
              </th>
            )}
            <th scope="col" className="py-2 text-start font-medium">
              {t("letters.column.what")}
            </th>
            <th scope="col" className="w-[34%] py-2 text-start font-medium">
              {t("letters.column.why")}
            </th>
            <th scope="col" className="w-[190px] py-2 text-start font-medium">
              {t("letters.column.when")}
            </th>
            {selection && (
              <th scope="col" className="w-10">
                <span className="sr-only">{t("letters.retry")}</span>
              </th>
            )}
          </tr>
        </thead>
        <tbody>
          {rows.map((letter) => (
            <TableRow key={letter.id} letter={letter} selection={selection} onRetry={onRetry} />
          ))}
        </tbody>
      </table>
      <ul className="divide-y divide-line rounded-lg border border-line bg-surface pane:hidden">
        {rows.map((letter) => (
          <li key={letter.id} className="flex items-start gap-1 py-2 ps-1 pe-3">
            {selection && <Choose letter={letter} selection={selection} />}
            <div className="min-w-0 grow ps-2">
              <What letter={letter} />
              <Why letter={letter} />
              <When letter={letter} />
            </div>
          </li>
        ))}
      </ul>
    </>
  );
}

function TableRow({ letter, selection, onRetry }: { letter: DeadLetter; selection: Selection | null; onRetry: (id: string) => void }) {
  const { t } = useTranslation("monitoring");
  return (
    <tr className="border-b border-line align-top hover:bg-hover">
      {selection && (
        <td className="py-1.5">
          <Choose letter={letter} selection={selection} />
        </td>
      )}
      <td className="py-2 pe-4">
        <What letter={letter} />
      </td>
      <td className="py-2 pe-4">
        <Why letter={letter} />
      </td>
      <td className="py-2 pe-2">
        <When letter={letter} />
      </td>
      {selection && (
        <td className="py-1">
          <IconButton icon={RotateCw} label={t("letters.retry")} onClick={() => onRetry(letter.id)} />
        </td>
      )}
    </tr>
  );
}

function Choose({ letter, selection }: { letter: DeadLetter; selection: Selection }) {
  const { t } = useTranslation("monitoring");
  const name = calledIn(letter) ?? t(`letters.kind.${letter.kind}`);
  return <Checkbox isOn={selection.has(letter.id)} onChange={(isOn) => selection.toggle(letter.id, isOn)} label={t("choose", { name })} />;
}

function What({ letter }: { letter: DeadLetter }) {
  const { t } = useTranslation("monitoring");
  const who = calledIn(letter);
  return (
    <>
      <Link to="/monitoring/dead-letters/$letterId" params={{ letterId: letter.id }} className="block truncate font-medium hover:underline pointer-coarse:-mt-2.5 pointer-coarse:pt-2.5 pointer-coarse:pb-2.5" dir="auto">
        {letter.preview || t(`letters.noText.${letter.kind}`)}
      </Link>
      <p className="flex flex-wrap items-center gap-x-1.5 text-12 text-ink-3">
        <Badge>{t(`letters.kind.${letter.kind}`)}</Badge>
        {who && <bdi>{who}</bdi>}
        {letter.channel && (
          <>
            · <bdi>{letter.channel.name}</bdi>
          </>
        )}
      </p>
    </>
  );
}

function Why({ letter }: { letter: DeadLetter }) {
  const { t } = useTranslation("monitoring");
  const language = useLanguage();
  return (
    <>
      <p className="max-pane:mt-1 max-pane:text-13">{letter.error.title[language]}</p>
      <p className="text-12 text-ink-3">{t(`letters.remedy.${letter.error.action}`)}</p>
    </>
  );
}

function When({ letter }: { letter: DeadLetter }) {
  const { t } = useTranslation("monitoring");
  const format = useFormat();
  const now = useNow();
  const next = useNext()(letter);
  return (
    <div className="text-12 text-ink-3 max-pane:mt-1">
      {letter.state === "failed" ? null : <StateBadge letter={letter} />}
      <p>
        <time dateTime={letter.created_at} title={format.full(letter.created_at)}>
          {format.short(letter.created_at, now)}
        </time>
        {letter.retry_count > 0 && <> · {t("letters.tries", { count: letter.retry_count })}</>}
      </p>
      {next && <p>{next}</p>}
    </div>
  );
}
