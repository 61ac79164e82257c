import { useInfiniteQuery } from "@tanstack/react-query";
import { Cog } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { AuditEntry } from "@/api/models";
import { Avatar, Empty, ErrorState, SkeletonRows } from "@/components";
import { useFormat } from "@/features/auth/queries";
import { useMay } from "../workspace/useMay";
import { More } from "./More";
import { auditQuery } from "./queries";

/** Who did what, newest first. What changed stands folded under each entry. */
export function AuditPage() {
  const { t } = useTranslation(["settings", "errors"]);
  const mayRead = useMay("audit:read");
  const audit = useInfiniteQuery({ ...auditQuery, enabled: mayRead === true });
  const rows = audit.data?.pages.flatMap((page) => page.data) ?? [];
  if (mayRead === false) return <Empty title={t("errors:not_permitted")} text={t("audit.notYours")} />;
  if (audit.isPending) return <SkeletonRows rows={5} />;
  if (audit.isLoadingError) return <ErrorState title={t("audit.failed")} text={t("failedText")} error={audit.error} action={{ label: t("again"), onPress: () => void audit.refetch() }} />;
  if (rows.length === 0) return <Empty title={t("audit.empty")} text={t("audit.emptyText")} />;
  return (
    <>
      <ul className="divide-y divide-line rounded-lg border border-line bg-surface">
        {rows.map((entry) => (
          <EntryRow key={entry.id} entry={entry} />
        ))}
      </ul>
      <More pages={audit} />
    </>
  );
}

function EntryRow({ entry }: { entry: AuditEntry }) {
  const { t } = useTranslation("settings");
  const format = useFormat();
  const change = [entry.before, entry.after].some(Boolean);
  return (
    <li className="flex gap-3 px-4 py-3">
      {entry.actor_name ? (
        <Avatar name={entry.actor_name} />
      ) : (
        <span aria-hidden="true" className="grid size-8 flex-none place-items-center rounded-md bg-sunken text-ink-3">
          <Cog strokeWidth={1.75} className="size-4" />
        </span>
      )}
      <div className="min-w-0 grow">
        <p>
          <bdi className="font-medium">{entry.actor_name ?? t(`audit.actors.${entry.actor_kind}` as "audit.actors.system", { defaultValue: entry.actor_kind })}</bdi>{" "}
          <span className="text-ink-2">{t(`audit.actions.${entry.action}` as "audit.actions.other", { defaultValue: entry.action })}</span>
        </p>
        <p className="text-12 text-ink-3">
          <time dateTime={entry.at}>{format.full(entry.at)}</time>
          {entry.actor_kind === "token" && <> · {t("audit.byKey")}</>}
          {entry.address && (
            <>
              {" · "}
              <span className="ltr">{entry.address}</span>
            </>
          )}
        </p>
        {change && (
          <details className="mt-1 text-12">
            <summary className="cursor-pointer text-ink-2">{t("audit.changes")}</summary>
            <dl className="mt-1 grid gap-x-4 gap-y-1 pane:grid-cols-2">
              {(["before", "after"] as const).map((side) => (
                <div key={side}>
                  <dt className="text-ink-3">{t(`audit.${side}`)}</dt>
                  <dd>
                    <pre tabIndex={0} dir="ltr" className="overflow-auto rounded-md bg-sunken p-2 font-mono text-11">
                      {entry[side] ? JSON.stringify(entry[side], null, 2) : "–"}
                    </pre>
                  </dd>
                </div>
              ))}
            </dl>
          </details>
        )}
      </div>
    </li>
  );
}
