import { describe, expect, it } from "vitest";
import type { Conversation, Message } from "@/api/models";
import { aConversation, aMessage } from "@/test/samples";
import { applyAnswer, applyConversation, applyMessage, applyStatus, localId, removeMessage, type ConversationPages, type MessagePages } from "./cache";
import { belongsTo, type ConversationFilter } from "./filters";

const ME = "me";
const at = (minute: number) => new Date(Date.UTC(2026, 10, 20, 9, minute)).toISOString();

/** What the server would answer for pages of `limit`, as many as have been fetched. */
function fetchConversations(all: Conversation[], filter: ConversationFilter, limit: number, pageCount: number): ConversationPages {
  const found = all.filter((one) => belongsTo(filter, one, ME) === true).sort((a, b) => b.last_at.localeCompare(a.last_at) || b.id.localeCompare(a.id));
  return pagesOf(found, limit, pageCount);
}

function pagesOf<Item extends { id: string }>(items: Item[], limit: number, pageCount: number) {
  const pages = Array.from({ length: pageCount }, (_, page) => {
    const data = items.slice(page * limit, (page + 1) * limit);
    return { data, next_cursor: items.length > (page + 1) * limit ? (data.at(-1)?.id ?? null) : null };
  });
  return { pages, pageParams: pages.map(() => null) };
}

const flat = (pages: { pages: { data: unknown[] }[] }) => pages.pages.flatMap((page) => page.data);
const ids = (pages: { pages: { data: { id: string }[] }[] }) => pages.pages.flatMap((page) => page.data.map((item) => item.id));

const base: Conversation[] = [
  aConversation({ id: "a", last_at: at(10) }),
  aConversation({ id: "b", last_at: at(20), mode: "human", assignee: { id: ME, name: "Noura" } }),
  aConversation({ id: "c", last_at: at(30), unread: 2 }),
  aConversation({ id: "d", last_at: at(40), mode: "human" }),
  aConversation({ id: "e", last_at: at(50), mode: "closed" }),
];
const filters: ConversationFilter[] = [
  { mode: "bot" },
  { mode: "bot", unread: true },
  { mode: "human", assigned: "me" },
  { mode: "human", assigned: "none" },
  { mode: "closed" },
];
const changes: [string, Conversation][] = [
  ["a message moves it to the top", aConversation({ id: "a", last_at: at(59), unread: 1 })],
  ["it is read", aConversation({ id: "c", last_at: at(30), unread: 0 })],
  ["it is taken over by me", aConversation({ id: "d", last_at: at(40), mode: "human", assignee: { id: ME, name: "Noura" } })],
  ["it is taken over by somebody else", aConversation({ id: "d", last_at: at(40), mode: "human", assignee: { id: "other", name: "Yousef" } })],
  ["it is handed back", aConversation({ id: "b", last_at: at(20), mode: "bot" })],
  ["it is closed", aConversation({ id: "c", last_at: at(30), mode: "closed", unread: 2 })],
  ["somebody new writes", aConversation({ id: "n", last_at: at(58), unread: 1 })],
  ["somebody new, older than all", aConversation({ id: "o", last_at: at(1) })],
  ["same time as another", aConversation({ id: "z", last_at: at(10) })],
];

describe("applyConversation", () => {
  describe.each(filters)("in the list %j", (filter) => {
    it.each(changes)("brings what fetching anew brings: %s", (_, changed) => {
      const applied = applyConversation(fetchConversations(base, filter, 10, 1), changed, filter, ME);
      const after = [...base.filter((one) => one.id !== changed.id), changed];
      expect(applied).toEqual(fetchConversations(after, filter, 10, 1));
    });
  });

  it("leaves what is older than the fetched pages to the next page", () => {
    const filter: ConversationFilter = { mode: "bot" };
    const pages = pagesOf([aConversation({ id: "x", last_at: at(50) }), aConversation({ id: "y", last_at: at(40) }), aConversation({ id: "w", last_at: at(30) })], 2, 1);
    expect(ids(applyConversation(pages, aConversation({ id: "o", last_at: at(20) }), filter, ME))).toEqual(["x", "y"]);
  });

  it("keeps the order over several pages", () => {
    const all = [50, 40, 30, 20].map((minute) => aConversation({ id: `m${minute}`, last_at: at(minute) }));
    const applied = applyConversation(pagesOf(all, 2, 2), aConversation({ id: "m20", last_at: at(45) }), { mode: "bot" }, ME);
    expect(ids(applied)).toEqual(["m50", "m20", "m40", "m30"]);
  });

  it("changes what a search has found, and adds nothing to it", () => {
    const filter: ConversationFilter = { mode: "bot", q: "kha" };
    const pages = pagesOf([aConversation({ id: "a", last_at: at(10) })], 10, 1);
    expect(applyConversation(pages, aConversation({ id: "b" }), filter, ME)).toBe(pages);
    expect(flat(applyConversation(pages, aConversation({ id: "a", last_at: at(12), unread: 3 }), filter, ME))).toMatchObject([{ id: "a", unread: 3 }]);
  });
});

describe("messages", () => {
  const thread: Message[] = [aMessage({ id: "3", at: at(3) }), aMessage({ id: "2", at: at(2), direction: "out", status: "sent" }), aMessage({ id: "1", at: at(1) })];
  const pages: MessagePages = pagesOf(thread, 10, 1);

  it("stand newest first, each once, however often they are told", () => {
    const told = aMessage({ id: "4", at: at(4) });
    const once = applyMessage(pages, told);
    expect(ids(once)).toEqual(["4", "3", "2", "1"]);
    expect(applyMessage(once, told)).toEqual(once);
  });

  it("find their place when they arrive late", () => {
    expect(ids(applyMessage(pages, aMessage({ id: "2b", at: at(2) })))).toEqual(["3", "2b", "2", "1"]);
  });

  it("change in place with their status", () => {
    const read = aMessage({ id: "2", at: at(2), direction: "out", status: "read" });
    expect(applyStatus(pages, read)).toEqual(pagesOf([thread[0], read, thread[2]] as Message[], 10, 1));
    expect(applyStatus(pages, aMessage({ id: "elsewhere" }))).toBe(pages);
  });

  it("do not go back when the answer to a request comes after its events", () => {
    const sent = pages.pages[0]?.data[1] as Message;
    expect(applyAnswer(pages, { ...sent, status: "pending" })).toBe(pages);
    const failed = applyStatus(pages, { ...sent, status: "failed" });
    expect(flat(applyAnswer(failed, { ...sent, status: "pending" }))).toMatchObject([{ id: "3" }, { id: "2", status: "pending" }, { id: "1" }]);
    expect(flat(applyAnswer(pages, { ...sent, status: "pending", attempt: 2 }))).toMatchObject([{}, { status: "pending", attempt: 2 }, {}]);
  });

  it("take the place of what waits when the event is quicker than the answer, and leave what is said twice", () => {
    const mine = (id: string, minute: number, body = "On our way") => aMessage({ id, at: at(minute), direction: "out", status: "pending", content: { body } });
    const waiting = [mine(localId("one"), 4), mine(localId("two"), 5)].reduce(applyMessage, pages);
    const told = applyMessage(waiting, mine("4", 4));
    expect(ids(told)).toEqual([localId("two"), "4", "3", "2", "1"]);
    expect(ids(applyAnswer(removeMessage(told, localId("one")), mine("4", 4)))).toEqual(ids(told));
    expect(ids(applyAnswer(removeMessage(waiting, localId("two")), mine("5", 5)))).toEqual(["5", localId("one"), "3", "2", "1"]);
    expect(ids(applyMessage(waiting, mine("6", 6, "Another")))).toEqual(["6", localId("two"), localId("one"), "3", "2", "1"]);
  });
});
