import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { ListFilter } from "lucide-react";
import { useCallback } from "react";
import { useTranslation } from "react-i18next";
import { Button, cx, Empty, IconButton, Tabs } from "@/components";
import { useFormat } from "@/features/auth/queries";
import { INBOX_TABS, type InboxSearch } from "@/routes/inbox";
import { countsQuery } from "../queries";
import { ConversationList } from "./ConversationList";
import { SearchBox } from "./SearchBox";

/** Tabs, search and rows. Everything chosen here stands in the address. */
export function ListPane({ search, userId, selectedId, className }: { search: InboxSearch; userId: string; selectedId: string | undefined; className: string }) {
  const { t } = useTranslation("inbox");
  const format = useFormat();
  const navigate = useNavigate();
  const counts = useQuery(countsQuery).data;
  const change = useCallback((next: Partial<InboxSearch>) => void navigate({ to: ".", search: (last) => ({ ...last, ...next }), replace: true }), [navigate]);
  const onSearch = useCallback((text: string) => change({ q: text || undefined }), [change]);
  const countOf = (tab: InboxSearch["tab"]) => (counts && tab !== "closed" && counts[tab] > 0 ? format.number(counts[tab]) : undefined);

  return (
    <section aria-label={t("list")} className={cx("flex min-h-0 w-full flex-col border-line bg-canvas pane:w-(--list-w) pane:flex-none pane:border-e", className)}>
      <div className="flex h-[42px] flex-none items-end px-4">
        <h2 className="text-18">{t("title")}</h2>
      </div>
      <Tabs
        label={t("tabs.label")}
        value={search.tab}
        onChange={(tab) => change({ tab })}
        items={INBOX_TABS.map((tab) => ({ value: tab, label: t(`tabs.${tab}`), count: countOf(tab) }))}
        className="mt-2.5 flex min-h-0 grow flex-col"
        listClassName="px-4"
        panelClassName="flex min-h-0 grow flex-col outline-none!"
      >
        <div className="flex flex-none gap-1.5 px-3 pt-2.5 pb-1.5">
          <SearchBox value={search.q ?? ""} onSearch={onSearch} />
          <IconButton
            icon={ListFilter}
            label={t("unreadOnly")}
            aria-pressed={search.unread ?? false}
            onClick={() => change({ unread: search.unread ? undefined : true })}
            className="aria-pressed:bg-primary aria-pressed:text-on-primary"
          />
        </div>
        <div className="min-h-0 grow">
          <ConversationList search={search} userId={userId} selectedId={selectedId} empty={<EmptyList search={search} onShowAll={() => change({ q: undefined, unread: undefined })} />} />
        </div>
      </Tabs>
    </section>
  );
}

function EmptyList({ search, onShowAll }: { search: InboxSearch; onShowAll: () => void }) {
  const { t } = useTranslation("inbox");
  const showAll = <Button onClick={onShowAll}>{t("empty.showAll")}</Button>;
  if (search.q) return <Empty title={t("empty.search", { query: search.q })} text={t("empty.searchText")} action={showAll} />;
  if (search.unread) return <Empty title={t("empty.unread")} text={t("empty.unreadText")} action={showAll} />;
  return <Empty title={t(`empty.${search.tab}`)} text={t(`empty.${search.tab}Text`)} />;
}
