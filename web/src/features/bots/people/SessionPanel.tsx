import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { serverNow } from "@/api/clock";
import type { FlowSessionDetails } from "@/api/models";
import { Badge, buttonClass, ErrorState, PhoneNumber, SkeletonRows } from "@/components";
import { useFormat } from "@/features/auth/queries";
import { useMay } from "@/features/workspace/useMay";
import { ActButtons } from "./acts/ActButtons";
import { ActsDone } from "./ActsDone";
import { sessionQuery } from "./queries";
import { SessionTraces } from "./SessionTraces";
import { TONES } from "./SessionLine";
import { useStepNames } from "./useStepNames";
import { VersionWords } from "./VersionWords";

/** Everything of one session: where it is, what it waits for, what it knows, and what may be done with it. */
export function SessionPanel({ id, botId }: { id: string; botId: string }) {
  const { t } = useTranslation("people");
  const session = useQuery(sessionQuery(id));
  return (
    <div className="mx-auto grid w-full max-w-[760px] gap-5 p-4 pane:p-6">
      {session.isPending && <SkeletonRows />}
      {session.isLoadingError && <ErrorState title={t("gone")} text={t("failed.text")} error={session.error} action={{ label: t("again"), onPress: () => void session.refetch() }} />}
      {session.data && <Session session={session.data} botId={botId} />}
    </div>
  );
}

function Session({ session, botId }: { session: FlowSessionDetails; botId: string }) {
  const { t } = useTranslation(["people", "bots"]);
  const format = useFormat();
  const nameOf = useStepNames(botId, session.version ?? "draft");
  const mayWrite = useMay("bots:write");
  const { name, phone } = session.contact;
  const isShut = session.window_expires_at === null || new Date(session.window_expires_at) <= serverNow();
  const here = session.frames.at(-1);
  return (
    <>
      <header className="flex flex-wrap items-center gap-2">
        <h2 dir="auto" className="cut text-18">
          {name ?? (phone ? <PhoneNumber number={phone} /> : t("nobody"))}
        </h2>
        <Badge tone={TONES[session.state]}>{t(`states.${session.state}`)}</Badge>
        <span className="grow" />
        <Link to="/inbox/$conversationId" params={{ conversationId: session.conversation_id }} search={{}} className={buttonClass({ size: "sm" })}>
          {t("detail.conversation")}
        </Link>
      </header>
      {mayWrite && session.state === "waiting" && <ActButtons session={session} botId={botId} isShut={isShut} />}
      <Part title={t("detail.where")}>
        <Facts
          rows={[
            [t("step"), <bdi key="step">{nameOf(session.node_id)}</bdi>],
            [t("detail.version"), <VersionWords key="version" version={session.version} />],
            [t("detail.waits"), session.wait ? t(`waits.${session.wait}`) : null],
            [t("detail.since"), format.full(session.since)],
            [t("detail.until"), session.wait ? (session.until ? format.full(session.until) : t("noEnd")) : null],
            [t("detail.began"), format.full(session.started_at)],
            [t("detail.window"), isShut ? t("detail.shut") : format.full(session.window_expires_at ?? "")],
            [t("detail.error"), typeof session.error?.message === "string" ? session.error.message : null],
          ]}
        />
        {session.frames.length > 1 && <Stack session={session} />}
      </Part>
      {session.effect && (
        <Part title={t("detail.request")}>
          <Json value={session.effect} label={t("detail.request")} />
          {session.held > 0 && <p className="mt-1 text-12 text-ink-3">{t("detail.held", { count: session.held })}</p>}
        </Part>
      )}
      <Part title={t("detail.variables")}>
        {Object.keys(here?.variables ?? {}).length === 0 && <p className="text-13 text-ink-3">{t("detail.none")}</p>}
        <Facts rows={Object.entries(here?.variables ?? {}).map(([key, value]) => [key, <bdi key={key} className="break-words">{typeof value === "string" ? value : JSON.stringify(value)}</bdi>])} />
      </Part>
      <Part title={t("detail.traces")}>
        <SessionTraces session={session} />
      </Part>
      <Part title={t("detail.limits")}>
        <Facts rows={session.limits.map((limit) => [t(`limit.${limit.name}`), <span key={limit.name} className="num">{t("detail.of", { used: limit.used, most: limit.most })}</span>])} />
      </Part>
      <Part title={t("detail.acts")}>
        <ActsDone acts={session.acts} nameOf={nameOf} />
      </Part>
    </>
  );
}

/** Flows that stand in each other: where each of them waits for the next. */
function Stack({ session }: { session: FlowSessionDetails }) {
  const { t } = useTranslation(["people", "bots"]);
  return (
    <ol aria-label={t("detail.stack")} className="mt-2 grid gap-1 text-12">
      {session.frames.map((frame, place) => (
        <li key={place} style={{ marginInlineStart: place * 16 }}>
          <bdi className="font-medium">{frame.bot_name ?? "?"}</bdi> {frame.version && t("bots:version", { number: frame.version })} · <bdi>{frame.node_id}</bdi>
          {place < session.frames.length - 1 && <span className="text-ink-3"> · {t("detail.runs")}</span>}
        </li>
      ))}
    </ol>
  );
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className="rounded-lg border border-line bg-surface p-4">
      <h3 className="mb-2 text-13 font-medium">{title}</h3>
      {children}
    </section>
  );
}

function Facts({ rows }: { rows: [string, ReactNode][] }) {
  return (
    <dl className="grid grid-cols-[minmax(0,auto)_minmax(0,1fr)] gap-x-4 gap-y-1 text-13">
      {rows.map(([label, value]) =>
        value === null ? null : (
          <div key={label} className="col-span-2 grid grid-cols-subgrid">
            <dt className="break-words text-ink-3">
              <bdi>{label}</bdi>
            </dt>
            <dd className="min-w-0">{value}</dd>
          </div>
        ),
      )}
    </dl>
  );
}

function Json({ value, label }: { value: unknown; label: string }) {
  return (
    <pre dir="ltr" tabIndex={0} aria-label={label} className="max-h-60 overflow-auto rounded-md bg-rail p-3 font-mono text-11 text-rail-ink">
      {JSON.stringify(value, null, 2)}
    </pre>
  );
}
