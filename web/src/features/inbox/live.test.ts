import { type InfiniteData, QueryClient } from "@tanstack/react-query";
import { describe, expect, it, vi } from "vitest";
import type { Conversation, ConversationPage, Message, MessagePage } from "@/api/models";
import { aConversation, aMessage } from "@/test/samples";
import { applyLiveEvent } from "./live";
import { KEYS } from "./queries";

const ME = "me";
const page = <Item,>(data: Item[]): InfiniteData<{ data: Item[]; next_cursor: null }, null> => ({ pages: [{ data, next_cursor: null }], pageParams: [null] });

function shown(conversations: Conversation[], messages: Message[]) {
  const queryClient = new QueryClient({ defaultOptions: { queries: { staleTime: Number.POSITIVE_INFINITY } } });
  queryClient.setQueryData(KEYS.list({ mode: "bot" }), page(conversations.filter((one) => one.mode === "bot")));
  queryClient.setQueryData(KEYS.list({ mode: "human", assigned: "none" }), page(conversations.filter((one) => one.mode === "human")));
  queryClient.setQueryData(KEYS.messages("c"), page(messages));
  queryClient.setQueryData(KEYS.events("c"), []);
  queryClient.setQueryData(KEYS.counts, { bot: 1 });
  for (const one of conversations) queryClient.setQueryData(KEYS.detail(one.id), one);
  const list = (filter: Parameters<typeof KEYS.list>[0]) => queryClient.getQueryData<InfiniteData<ConversationPage>>(KEYS.list(filter))?.pages[0]?.data;
  const thread = () => queryClient.getQueryData<InfiniteData<MessagePage>>(KEYS.messages("c"))?.pages[0]?.data;
  const isStale = (key: readonly unknown[]) => queryClient.getQueryState(key)?.isInvalidated;
  return { queryClient, list, thread, isStale };
}

describe("applyLiveEvent", () => {
  it("brings a new message into the thread, and its conversation to the top of its list", () => {
    const other = aConversation({ id: "d", last_at: "2026-11-20T09:30:00Z" });
    const { queryClient, list, thread, isStale } = shown([other, aConversation({})], [aMessage({ id: "1" })]);
    const message = aMessage({ id: "2", at: "2026-11-20T09:40:00Z" });
    const conversation = aConversation({ unread: 1, last_at: message.at });
    applyLiveEvent(queryClient, { type: "message.received", data: { message, conversation } }, ME);
    expect(thread()?.map((one) => one.id)).toEqual(["2", "1"]);
    expect(list({ mode: "bot" })).toEqual([conversation, other]);
    expect(queryClient.getQueryData(KEYS.detail("c"))).toEqual(conversation);
    expect(isStale(KEYS.events("c"))).toBe(false);
  });

  it("asks for the counts once for any number of events in a moment", () => {
    vi.useFakeTimers();
    const { queryClient, isStale } = shown([aConversation({})], []);
    const invalidate = vi.spyOn(queryClient, "invalidateQueries");
    for (let unread = 1; unread < 50; unread++) applyLiveEvent(queryClient, { type: "conversation.updated", data: { conversation: aConversation({ unread }) } }, ME);
    expect(isStale(KEYS.counts)).toBe(false);
    vi.advanceTimersByTime(1_000);
    expect(isStale(KEYS.counts)).toBe(true);
    expect(invalidate.mock.calls.filter(([filters]) => filters?.queryKey === KEYS.counts)).toHaveLength(1);
    vi.useRealTimers();
  });

  it("moves a conversation between lists, and asks for the line that says who did it", () => {
    const { queryClient, list, isStale } = shown([aConversation({})], []);
    const conversation = aConversation({ mode: "human" });
    applyLiveEvent(queryClient, { type: "conversation.updated", data: { conversation } }, ME);
    expect(list({ mode: "bot" })).toEqual([]);
    expect(list({ mode: "human", assigned: "none" })).toEqual([conversation]);
    expect(isStale(KEYS.events("c"))).toBe(true);
  });

  it("changes a tick in place", () => {
    const { queryClient, thread } = shown([aConversation({})], [aMessage({ id: "2" }), aMessage({ id: "1", direction: "out", status: "sent" })]);
    applyLiveEvent(queryClient, { type: "message.status", data: { message: aMessage({ id: "1", direction: "out", status: "read" }) } }, ME);
    expect(thread()?.map((one) => one.status)).toEqual(["received", "read"]);
  });

  it("leads from a conversation that was merged to the one that took it up", () => {
    const merged = aConversation({ id: "m" });
    const { queryClient, list, isStale } = shown([merged, aConversation({})], [aMessage({ id: "1" })]);
    const conversation = aConversation({ unread: 2 });
    applyLiveEvent(queryClient, { type: "conversation.updated", data: { conversation, merged_id: "m" } }, ME);
    expect(list({ mode: "bot" })).toEqual([conversation]);
    expect(isStale(KEYS.detail("m"))).toBe(true);
    expect(isStale(KEYS.messages("c"))).toBe(true);
    expect(isStale(KEYS.events("c"))).toBe(true);
  });

  it("ignores threads that nobody has opened", () => {
    const { queryClient } = shown([], []);
    applyLiveEvent(queryClient, { type: "message.status", data: { message: aMessage({ conversation_id: "unopened" }) } }, ME);
    expect(queryClient.getQueryData(KEYS.messages("unopened"))).toBeUndefined();
  });

  it("fetches anew what was under way when the event came", async () => {
    const { queryClient } = shown([aConversation({})], []);
    const answers = [aConversation({ unread: 0 }), aConversation({ unread: 1 })];
    const fetch = vi.fn(() => Promise.resolve(answers[fetch.mock.calls.length - 1]));
    void queryClient.fetchQuery({ queryKey: KEYS.detail("c"), queryFn: fetch, staleTime: 0 });
    for (let times = 0; times < 5; times++) applyLiveEvent(queryClient, { type: "conversation.updated", data: { conversation: aConversation({ unread: 1 }) } }, ME);
    await vi.waitFor(() => expect(fetch).toHaveBeenCalledTimes(2));
    await vi.waitFor(() => expect(queryClient.isFetching()).toBe(0));
    expect(fetch).toHaveBeenCalledTimes(2);
    expect(queryClient.getQueryData(KEYS.detail("c"))).toMatchObject({ unread: 1 });
  });

  it("fetches channels and what WhatsApp says anew when it said something", () => {
    const { queryClient, isStale } = shown([], []);
    queryClient.setQueryData(["channels", "list"], []);
    queryClient.setQueryData(["told", undefined, "problem", undefined], page([]));
    applyLiveEvent(queryClient, { type: "account.changed", data: {} }, ME);
    expect(isStale(["channels", "list"])).toBe(true);
    expect(isStale(["told", undefined, "problem", undefined])).toBe(true);
  });

  it("fetches channels anew when one stops", () => {
    const { queryClient, isStale } = shown([], []);
    queryClient.setQueryData(["channels", "list"], []);
    applyLiveEvent(queryClient, { type: "channel.changed", data: {} }, ME);
    expect(isStale(["channels", "list"])).toBe(true);
  });
});
