import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { CircleAlert, CircleCheck, MessagesSquare } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { DeadLetterDetails } from "@/api/models";
import { useLanguage } from "@/app/preferences";
import { buttonClass, ErrorState, SkeletonRows } from "@/components";
import { useFormat } from "@/features/auth/queries";
import { useMay } from "@/features/workspace/useMay";
import { BackLink } from "../BackLink";
import { Facts } from "../Facts";
import { Payload } from "../Payload";
import { letterQuery } from "../queries";
import { LetterActions } from "./LetterActions";
import { calledIn } from "./look";
import { StateBadge } from "./StateBadge";
import { useNext } from "./useNext";

const route = getRouteApi("/signed-in/monitoring/dead-letters/$letterId");

/** One dead letter: what it was, why it failed, every try, and the buttons that settle it. */
export function LetterPage() {
  const { t } = useTranslation("monitoring");
  const { letterId } = route.useParams();
  const letter = useQuery(letterQuery(letterId));
  return (
    <div className="mx-auto w-full max-w-[860px] overflow-y-auto p-4 pane:p-8">
      <BackLink to="/monitoring/dead-letters">{t("letters.title")}</BackLink>
      {letter.isPending && <SkeletonRows rows={4} />}
      {letter.isError && (
        <ErrorState title={t("letters.oneFailed")} text={t("failedText")} error={letter.error} action={{ label: t("again"), onPress: () => void letter.refetch() }} />
      )}
      {letter.data && <Details letter={letter.data} />}
    </div>
  );
}

function Details({ letter }: { letter: DeadLetterDetails }) {
  const { t } = useTranslation("monitoring");
  const format = useFormat();
  const mayWrite = useMay("dead_letters:write");
  const who = calledIn(letter);
  return (
    <div className="grid gap-5">
      <header>
        <div className="flex flex-wrap items-center gap-2">
          <h1 dir="auto" className="min-w-0 text-18 [overflow-wrap:anywhere]">
            {letter.preview || t(`letters.noText.${letter.kind}`)}
          </h1>
          <span aria-live="polite">
            <StateBadge letter={letter} />
          </span>
        </div>
      </header>
      <Reason letter={letter} />
      <div className="flex flex-wrap items-center gap-2">
        {mayWrite && <LetterActions letter={letter} />}
        {letter.conversation_id && (
          <Link to="/inbox/$conversationId" params={{ conversationId: letter.conversation_id }} search={{}} className={buttonClass({})}>
            <MessagesSquare aria-hidden="true" strokeWidth={1.75} className="size-4" />
            {t("letters.openConversation")}
          </Link>
        )}
      </div>
      <Facts
        facts={[
          { name: t("letters.kindLabel"), value: t(`letters.kind.${letter.kind}`) },
          who ? { name: t("letters.person"), value: <bdi>{who}</bdi> } : null,
          letter.channel ? { name: t("channel"), value: <bdi>{letter.channel.name}</bdi> } : null,
          { name: t("letters.failedAt"), value: format.full(letter.failed_at) },
          { name: t("letters.triesLabel"), value: t("letters.tries", { count: letter.retry_count }) },
          letter.resolved_at ? { name: t("letters.resolvedAt"), value: format.full(letter.resolved_at) } : null,
        ]}
      />
      {letter.attempts.length > 0 && <Attempts letter={letter} />}
      <Payload title={t("letters.payload")} shown={{ kind: "json", text: JSON.stringify(letter.payload, null, 2) }} raw={JSON.stringify(letter.payload)} />
    </div>
  );
}

function Reason({ letter }: { letter: DeadLetterDetails }) {
  const { t } = useTranslation("monitoring");
  const language = useLanguage();
  const next = useNext()(letter);
  const isSettled = letter.state === "resolved";
  const Icon = isSettled ? CircleCheck : CircleAlert;
  return (
    <section className="rounded-lg border border-line bg-surface p-4">
      <p className={`flex items-center gap-1.5 font-medium ${isSettled ? "text-success" : "text-danger"}`}>
        <Icon aria-hidden="true" strokeWidth={1.75} className="size-4 flex-none" />
        {isSettled ? t(`letters.settled.${letter.kind}`) : letter.error.title[language]}
      </p>
      <p className="text-13 text-ink-2">{isSettled ? t("letters.wasBecause", { why: letter.error.title[language] }) : letter.error.text[language]}</p>
      {!isSettled && (
        <p className="mt-1 text-13">
          {t(`letters.remedy.${letter.error.action}`)}
          {next && <> · {next}</>}
        </p>
      )}
      <details className="mt-2 text-12 text-ink-3">
        <summary className="w-fit cursor-pointer">{t("letters.said")}</summary>
        <code dir="ltr" className="block font-mono [overflow-wrap:anywhere] rtl:text-end">
          {letter.error.code}
          {letter.error.provider && ` · ${letter.error.provider}`}
        </code>
      </details>
    </section>
  );
}

function Attempts({ letter }: { letter: DeadLetterDetails }) {
  const { t } = useTranslation("monitoring");
  const format = useFormat();
  return (
    <section>
      <h2 className="mb-1.5 text-14 font-semibold">{t("letters.attempts")}</h2>
      <ol className="divide-y divide-line rounded-lg border border-line bg-surface px-4 text-13">
        {letter.attempts.map((attempt) => (
          <li key={attempt.attempt} className="flex flex-wrap items-baseline gap-x-2 py-2">
            <span className="num text-ink-3">{attempt.attempt}</span>
            <span>{t(`letters.outcome.${attempt.outcome}` as "letters.outcome.accepted", { defaultValue: attempt.outcome })}</span>
            {attempt.code && (
              <span dir="ltr" className="min-w-0 font-mono text-12 text-ink-3 [overflow-wrap:anywhere]">
                {attempt.code} {attempt.title}
              </span>
            )}
            <time dateTime={attempt.at} className="ms-auto text-12 text-ink-3">
              {format.full(attempt.at)}
            </time>
          </li>
        ))}
      </ol>
    </section>
  );
}
