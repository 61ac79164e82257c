import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { FlowSessionDetails } from "@/api/models";
import { ErrorState, SkeletonRows } from "@/components";
import { useFormat } from "@/features/auth/queries";
import { TraceView } from "../traces/TraceView";
import { useTraceWords } from "../traces/useTraceWords";
import { tracesQuery } from "./queries";

/** What the flow did with this person, sprint by sprint; each opens to be read. */
export function SessionTraces({ session }: { session: FlowSessionDetails }) {
  const { t } = useTranslation("people");
  const format = useFormat();
  const { given } = useTraceWords();
  const [open, setOpen] = useState<string | null>(null);
  const traces = useQuery(tracesQuery(session.conversation_id, session.sprint));
  const sprints = traces.data?.filter((each) => each.session_id === session.id) ?? [];
  if (traces.isPending) return <SkeletonRows />;
  if (traces.isLoadingError) return <ErrorState title={t("failed.title")} text={t("failed.text")} error={traces.error} action={{ label: t("again"), onPress: () => void traces.refetch() }} />;
  if (sprints.length === 0) return <p className="text-13 text-ink-3">{t("detail.noTraces")}</p>;
  return (
    <ul className="divide-y divide-line">
      {sprints.map((sprint) => (
        <li key={sprint.id} className="first:-mt-2 last:-mb-2">
          <button type="button" aria-expanded={open === sprint.id} onClick={() => setOpen(open === sprint.id ? null : sprint.id)} className="-mx-2 flex w-[calc(100%+16px)] flex-wrap items-baseline gap-x-2 rounded-md px-2 py-2.5 text-start text-13 hover:bg-hover pointer-coarse:min-h-11">
            <span className="num text-ink-3">{sprint.sprint}</span>
            <span className="grow">{given(sprint)}</span>
            <time dateTime={sprint.at} className="text-12 text-ink-3">
              {format.full(sprint.at)}
            </time>
          </button>
          {open === sprint.id && (
            <div className="pb-3">
              <TraceView sprint={sprint} />
            </div>
          )}
        </li>
      ))}
    </ul>
  );
}
