import type { InfiniteData, UseInfiniteQueryResult } from "@tanstack/react-query";
import { ArrowDown, CornerLeftDown, Smartphone } from "lucide-react";
import { type RefObject, useEffect, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { ConversationEvent, MessagePage } from "@/api/models";
import { Button, cx, DayLine, EventLine } from "@/components";
import { useFormat } from "@/features/auth/queries";
import { useNow } from "../useNow";
import { Announcer } from "./Announcer";
import { EventItem } from "./EventItem";
import { MessageRow } from "./MessageRow";
import { NoticeItem } from "./NoticeItem";
import { buildThread, type ThreadItem } from "./model";
import { useThreadScroll } from "./useThreadScroll";

const DAY_MS = 86_400_000;

type MessagesQuery = UseInfiniteQueryResult<InfiniteData<MessagePage>>;
type MessageListProps = { query: MessagesQuery; events: readonly ConversationEvent[]; name: string; userId: string };

/** The thread itself: oldest at the top, fetched further when the reader comes near it. */
export function MessageList({ query, events, name, userId }: MessageListProps) {
  const { t } = useTranslation(["inbox", "common"]);
  const format = useFormat();
  const messages = useMemo(() => query.data?.pages.flatMap((page) => page.data) ?? [], [query.data]);
  const items = useMemo(() => buildThread(messages, events, format.dayKey), [messages, events, format]);
  const newest = messages[0];
  const isOwn = newest?.author.kind === "user" && newest.author.id === userId;
  const { scroller, content, onScroll, isAway, toBottom } = useThreadScroll({ firstKey: messages.at(-1)?.id, lastKey: newest?.id }, isOwn);
  const unseen = useUnseen(messages, isAway);
  // What was there when the thread was opened stands still; what comes later rises.
  const [newestAtFirst] = useState(newest?.id);
  const firstNew = items.findIndex((item) => item.key === newestAtFirst) + 1;

  return (
    <div className="relative min-h-0 grow">
      <section ref={scroller} onScroll={onScroll} tabIndex={0} aria-label={t("thread.label", { name })} className="relative h-full overflow-y-auto overscroll-contain [overflow-anchor:none] -outline-offset-2!">
        <div ref={content} className="flex min-h-full flex-col justify-end px-4 pt-3.5 pb-3 pane:px-7 pane:pb-0">
          <Older query={query} scroller={scroller} />
          {items.map((item, index) => (
            <Item key={item.key} item={item} userId={userId} isNew={firstNew > 0 && index >= firstNew} />
          ))}
        </div>
      </section>
      {isAway && (
        <div className="absolute inset-x-0 bottom-2 grid justify-items-center">
          <Button icon={ArrowDown} onClick={toBottom} className={cx("animate-rise rounded-full shadow-2", unseen > 0 && "font-semibold")}>
            {unseen > 0 ? t("thread.newMessages", { count: unseen }) : t("thread.latest")}
          </Button>
        </div>
      )}
      <Announcer newest={newest} name={name} />
    </div>
  );
}

function Item({ item, userId, isNew }: { item: ThreadItem; userId: string; isNew: boolean }) {
  switch (item.kind) {
    case "event":
      return <EventItem event={item.event} userId={userId} />;
    case "notice":
      return <NoticeItem item={item} />;
    case "message":
      return <MessageRow item={item} userId={userId} isNew={isNew} />;
    case "day":
      return <Day at={item.at} />;
    case "border":
      return <Border isBegin={item.isBegin} />;
  }
}

/** What stands between these two was said on the phone before, and no bot heard it. */
function Border({ isBegin }: { isBegin: boolean }) {
  const { t } = useTranslation("inbox");
  return <EventLine icon={isBegin ? Smartphone : CornerLeftDown}>{t(isBegin ? "imported.begin" : "imported.end")}</EventLine>;
}

function Day({ at }: { at: string }) {
  const { t } = useTranslation();
  const format = useFormat();
  const now = useNow();
  const key = format.dayKey(at);
  const yesterday = format.dayKey(new Date(now.getTime() - DAY_MS));
  return <DayLine>{key === format.dayKey(now) ? t("day.today") : key === yesterday ? t("day.yesterday") : format.day(at)}</DayLine>;
}

/** Asks for the page above as soon as its place comes near the screen. */
function Older({ query, scroller }: { query: MessagesQuery; scroller: RefObject<HTMLElement | null> }) {
  const { t } = useTranslation(["inbox", "common"]);
  const mark = useRef<HTMLDivElement>(null);
  const { hasNextPage, isFetching, isFetchNextPageError, fetchNextPage } = query;
  const shouldWatch = hasNextPage && !isFetching && !isFetchNextPageError;

  useEffect(() => {
    if (!shouldWatch || !mark.current) return;
    const observer = new IntersectionObserver((entries) => entries.some((entry) => entry.isIntersecting) && void fetchNextPage(), {
      root: scroller.current,
      rootMargin: "400px 0px 0px 0px",
    });
    observer.observe(mark.current);
    return () => observer.disconnect();
  }, [shouldWatch, fetchNextPage, scroller]);

  return (
    <div ref={mark} className="min-h-px self-center text-12 text-ink-3">
      {isFetchNextPageError ? (
        <p className="flex items-center gap-2">
          {t("error.older")}
          <Button size="sm" onClick={() => void fetchNextPage()}>
            {t("common:tryAgain")}
          </Button>
        </p>
      ) : (
        hasNextPage && t("thread.older")
      )}
    </div>
  );
}

/** How many messages have come since the reader scrolled up. */
function useUnseen(messages: readonly { id: string; direction: string }[], isAway: boolean): number {
  const [seenId, setSeenId] = useState(messages[0]?.id);
  if (!isAway && messages[0] && seenId !== messages[0].id) setSeenId(messages[0].id);
  const index = messages.findIndex((message) => message.id === seenId);
  return index < 0 ? 0 : index;
}
