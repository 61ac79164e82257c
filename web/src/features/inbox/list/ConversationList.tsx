import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useVirtualizer } from "@tanstack/react-virtual";
import { type ReactNode, useEffect, useMemo, useRef } from "react";
import { useTranslation } from "react-i18next";
import { ErrorState, SkeletonRows } from "@/components";
import { channelsQuery } from "@/features/workspace/queries";
import type { InboxSearch } from "@/routes/inbox";
import { filterOf } from "../filters";
import { conversationsQuery } from "../queries";
import { useNow } from "../useNow";
import { ConversationRow } from "./ConversationRow";

const ROW_PX = 66;
const CHANNEL_LINE_PX = 18;

type ConversationListProps = { search: InboxSearch; userId: string; selectedId: string | undefined; empty: ReactNode };

/** The rows of one tab. Only those in sight are in the page; more are fetched before the end comes into sight. */
export function ConversationList({ search, userId, selectedId, empty }: ConversationListProps) {
  const { t } = useTranslation(["inbox", "common"]);
  const query = useInfiniteQuery(conversationsQuery(filterOf(search)));
  // One customer may write to several of the workspace's numbers: then each row says to which.
  const isChannelShown = (useQuery(channelsQuery).data?.length ?? 0) > 1;
  const now = useNow();
  const scroller = useRef<HTMLDivElement>(null);
  const conversations = useMemo(() => query.data?.pages.flatMap((page) => page.data) ?? [], [query.data]);
  const virtual = useVirtualizer({
    count: conversations.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => (isChannelShown ? ROW_PX + CHANNEL_LINE_PX : ROW_PX),
    getItemKey: (index) => conversations[index]?.id ?? index,
    overscan: 8,
  });
  const rows = virtual.getVirtualItems();

  const { hasNextPage, isFetchingNextPage, fetchNextPage } = query;
  const lastShown = rows.at(-1)?.index ?? -1;
  useEffect(() => {
    if (hasNextPage && !isFetchingNextPage && lastShown >= conversations.length - 5) void fetchNextPage();
  }, [lastShown, conversations.length, hasNextPage, isFetchingNextPage, fetchNextPage]);

  // j and k may lead to a row out of sight; a click never scrolls, because what is clicked is in sight.
  const selected = conversations.findIndex((conversation) => conversation.id === selectedId);
  useEffect(() => {
    if (selected >= 0) virtual.scrollToIndex(selected, { align: "auto" });
    // Only when another row is chosen: a list that moves by itself would pull the reader along.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [selectedId]);

  if (query.isPending) return <div className="px-2"><SkeletonRows rows={8} /></div>;
  if (query.isError && !conversations.length) {
    return (
      <div className="p-3">
        <ErrorState title={t("error.title")} text={t("error.text")} error={query.error} action={{ label: t("common:tryAgain"), onPress: () => void query.refetch() }} />
      </div>
    );
  }
  if (!conversations.length) return empty;
  return (
    <div ref={scroller} className="h-full overflow-y-auto overscroll-contain px-2 pb-2" data-testid="conversations">
      <ul aria-label={t("list")} aria-busy={query.isPlaceholderData} className="relative" style={{ height: virtual.getTotalSize() }}>
        {rows.map((row) => {
          const conversation = conversations[row.index];
          return (
            conversation && (
              <li key={row.key} ref={virtual.measureElement} data-index={row.index} className="absolute inset-x-0 top-0 p-px pb-[2px]" style={{ transform: `translateY(${row.start}px)` }}>
                <ConversationRow conversation={conversation} userId={userId} isSelected={conversation.id === selectedId} isChannelShown={isChannelShown} now={now} />
              </li>
            )
          );
        })}
      </ul>
      {isFetchingNextPage && <SkeletonRows rows={2} />}
    </div>
  );
}
