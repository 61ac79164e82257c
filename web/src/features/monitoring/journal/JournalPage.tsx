import { useInfiniteQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { RotateCw } from "lucide-react";
import { useCallback } from "react";
import { useTranslation } from "react-i18next";
import { Button, Empty, ErrorState, SkeletonRows } from "@/components";
import { useFormat, useSession } from "@/features/auth/queries";
import { useMay } from "@/features/workspace/useMay";
import type { JournalSearch } from "@/routes/monitoring";
import { requestsQuery } from "../queries";
import { SelectionBar } from "../SelectionBar";
import { useSelection } from "../useSelection";
import { JournalFilters } from "./JournalFilters";
import { RequestList } from "./RequestList";
import { useReplaying } from "./useReplaying";

const route = getRouteApi("/signed-in/monitoring/webhooks");

/** Every request of a provider, as it came. */
export function JournalPage() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const change = useCallback((changes: JournalSearch) => void navigate({ search: (before) => ({ ...before, ...changes }), replace: true }), [navigate]);
  return (
    <>
      <JournalFilters search={search} onChange={change} />
      <Requests key={JSON.stringify(search)} search={search} />
    </>
  );
}

function Requests({ search }: { search: JournalSearch }) {
  const { t } = useTranslation("monitoring");
  const format = useFormat();
  const timeZone = useSession()?.workspace.timezone;
  const mayReplay = useMay("journal:write");
  const pages = useInfiniteQuery(requestsQuery(search, timeZone));
  const rows = pages.data?.pages.flatMap((page) => page.data) ?? [];
  const selection = useSelection(rows);
  const { replay, isReplaying, said } = useReplaying();
  if (pages.isPending) return <SkeletonRows rows={6} />;
  if (pages.isError)
    return <ErrorState title={t("journal.failed")} text={t("failedText")} error={pages.error} action={{ label: t("again"), onPress: () => void pages.refetch() }} />;
  const searchedTo = pages.data.pages.at(-1)?.searched_to;
  const isFiltered = Object.values(search).some(Boolean);
  return (
    <>
      {said}
      {rows.length > 0 && <RequestList rows={rows} selection={mayReplay ? selection : null} />}
      {rows.length === 0 && !searchedTo && <Empty title={t(isFiltered ? "journal.nothing" : "journal.empty")} text={t(isFiltered ? "journal.nothingText" : "journal.emptyText")} />}
      {pages.hasNextPage && (
        <div className="mt-4 grid justify-items-center gap-2 text-center">
          {searchedTo && <p className="text-13 text-ink-3">{t("journal.searchedTo", { when: format.full(searchedTo) })}</p>}
          <Button isBusy={pages.isFetchingNextPage} onClick={() => void pages.fetchNextPage()}>
            {t(searchedTo ? "journal.searchOn" : "more")}
          </Button>
        </div>
      )}
      <SelectionBar count={selection.ids.length} onClear={selection.clear}>
        <Button variant="primary" icon={RotateCw} isBusy={isReplaying} onClick={() => replay(selection.ids, selection.clear)}>
          {t("journal.replay")}
        </Button>
      </SelectionBar>
    </>
  );
}
