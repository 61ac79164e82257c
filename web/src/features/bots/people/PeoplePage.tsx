import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { ChevronLeft } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Button, cx, Empty, ErrorState, IconButton, SkeletonRows } from "@/components";
import { botsQuery } from "../queries";
import { PeopleFilter } from "./PeopleFilter";
import { type PeopleSearch, sessionsQuery } from "./queries";
import { SessionLine } from "./SessionLine";
import { SessionPanel } from "./SessionPanel";
import { useStepNames } from "./useStepNames";

/** Who is in a bot's flow: a search, and beside it everything of one of them. */
export function PeoplePage() {
  const { t } = useTranslation(["people", "common"]);
  const { botId } = useParams({ from: "/signed-in/flows/$botId/people" });
  const { session, ...search } = useSearch({ from: "/signed-in/flows/$botId/people" });
  const navigate = useNavigate({ from: "/flows/$botId/people" });
  const bots = useQuery(botsQuery);
  const bot = bots.data?.find((each) => each.id === botId);
  const found = useInfiniteQuery(sessionsQuery(botId, search));
  const nameOf = useStepNames(botId, "published");
  const sessions = found.data?.pages.flatMap((page) => page.data) ?? [];
  const show = (id: string | undefined) => void navigate({ search: (last) => ({ ...last, session: id }), replace: true });
  const change = (next: PeopleSearch) => void navigate({ search: (last) => ({ ...last, ...next, session: undefined }), replace: true });
  if (bots.isSuccess && !bot) return <Empty title={t("common:error.notFound")} text={t("common:error.notFoundText")} />;
  return (
    <div className="flex min-h-0 grow flex-col">
      <header className="flex min-h-(--topbar-h) flex-none items-center gap-3 border-b border-line bg-surface px-4 py-2">
        <Link to="/flows/$botId" params={{ botId }} aria-label={t("back")} className={cx("grid size-8 flex-none place-items-center rounded-md text-ink-2 hover:bg-hover pointer-coarse:size-11", session && "max-pane:hidden")}>
          <ChevronLeft aria-hidden="true" className="flip size-4" />
        </Link>
        {session && <IconButton icon={ChevronLeft} label={t("list")} onClick={() => show(undefined)} className="pane:hidden" isIconDirected />}
        <h1 dir="auto" className="cut text-16">
          {t("title", { name: bot?.name ?? "" })}
        </h1>
      </header>
      <div className="flex min-h-0 grow">
        <section aria-label={t("list")} className={cx("flex min-h-0 w-[380px] flex-none flex-col border-e border-line max-pane:w-full max-pane:border-e-0", session && "max-pane:hidden")}>
          <PeopleFilter botId={botId} search={search} onChange={change} />
          <div className="min-h-0 grow overflow-y-auto">
            {found.isPending && <div className="p-4"><SkeletonRows /></div>}
            {found.isLoadingError && (
              <div className="p-4">
                <ErrorState title={t("failed.title")} text={t("failed.text")} error={found.error} action={{ label: t("again"), onPress: () => void found.refetch() }} />
              </div>
            )}
            {found.isSuccess && sessions.length === 0 && !found.hasNextPage && <Empty title={t("empty.title")} text={t("empty.text")} />}
            <ul className="divide-y divide-line">
              {sessions.map((each) => (
                <li key={each.id}>
                  <SessionLine session={each} step={nameOf(each.node_id)} isChosen={each.id === session} onPress={() => show(each.id)} />
                </li>
              ))}
            </ul>
            {found.hasNextPage && (
              <div className="grid place-items-center p-3">
                <Button isBusy={found.isFetchingNextPage} onClick={() => void found.fetchNextPage()}>
                  {t("more")}
                </Button>
              </div>
            )}
          </div>
        </section>
        <section className={cx("min-h-0 min-w-0 grow overflow-y-auto bg-canvas", !session && "max-pane:hidden")}>
          {session ? <SessionPanel key={session} id={session} botId={botId} /> : <Empty title={t("open")} text={t("pick")} />}
        </section>
      </div>
    </div>
  );
}
