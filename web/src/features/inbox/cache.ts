import type { InfiniteData } from "@tanstack/react-query";
import type { Conversation, ConversationPage, Message, MessagePage } from "@/api/models";
import { belongsTo, type ConversationFilter } from "./filters";

/**
 * How an event changes what has been fetched. Pure: what comes out is what fetching anew would bring (the tests compare the two).
 * Each returns its argument itself when nothing changes.
 */
export type Cursor = string | null;
export type ConversationPages = InfiniteData<ConversationPage, Cursor>;
export type MessagePages = InfiniteData<MessagePage, Cursor>;

type Page<Item> = { data: Item[]; next_cursor?: string | null };
type Pages<Item> = InfiniteData<Page<Item>, Cursor>;

/** Puts a conversation at its place in a list, moves it there, or takes it out. One beyond the pages fetched so far is left to the next page. */
export function applyConversation(pages: ConversationPages, conversation: Conversation, filter: ConversationFilter, userId: string): ConversationPages {
  const isListed = pages.pages.some((page) => page.data.some((known) => known.id === conversation.id));
  const belongs = belongsTo(filter, conversation, userId);
  if (belongs === false) return isListed ? without(pages, conversation.id) : pages;
  if (belongs === "unknown" && !isListed) return pages;
  return placed(pages, conversation, (known) => isAfter(conversation.last_at, conversation.id, known.last_at, known.id));
}

/** The id under which a message stands in the thread until the server has given it one. */
export const localId = (key: string) => `local-${key}`;

/**
 * Adds a message to a thread (newest first), or replaces the one with its id. The event about a message may come before the answer to the
 * request that sent it: then it takes the place of the one that waits, for nobody may see their message twice.
 */
export function applyMessage(pages: MessagePages, message: Message): MessagePages {
  const known = pages.pages.flatMap((page) => page.data);
  const waiting = known.some((one) => one.id === message.id) ? undefined : known.findLast((one) => isWaitingFor(one, message));
  return put(waiting ? without(pages, waiting.id) : pages, message);
}

function put(pages: MessagePages, message: Message): MessagePages {
  return placed(pages, message, (known) => isAfter(message.at, message.id, known.at, known.id));
}

function isWaitingFor(local: Message, message: Message): boolean {
  const isSame = (key: string) => local.content[key] === message.content[key];
  return local.id.startsWith(localId("")) && !message.id.startsWith(localId("")) && local.author?.id === message.author?.id && local.type === message.type && isSame("body") && isSame("file_id");
}

/** Replaces a message that is shown; one that is not stays unfetched. */
export function applyStatus(pages: MessagePages, message: Message): MessagePages {
  const isKnown = pages.pages.some((page) => page.data.some((known) => known.id === message.id));
  return isKnown ? mapItems(pages, (known) => (known.id === message.id ? message : known)) : pages;
}

/** The answer to our own request, which may come after events about the same message: whichever is further along stays. */
export function applyAnswer(pages: MessagePages, message: Message): MessagePages {
  const known = pages.pages.flatMap((page) => page.data).find((candidate) => candidate.id === message.id);
  return known && isFurther(known, message) ? pages : put(pages, message);
}

export function removeConversation(pages: ConversationPages, id: string): ConversationPages {
  return without(pages, id);
}

export function removeMessage(pages: MessagePages, id: string): MessagePages {
  return without(pages, id);
}

const PROGRESS: Record<Message["status"], number> = { failed: 0, pending: 1, accepted: 2, sent: 3, delivered: 4, read: 5, played: 6, received: 7 };

function isFurther(a: Message, b: Message): boolean {
  return a.attempt === b.attempt ? PROGRESS[a.status] > PROGRESS[b.status] : a.attempt > b.attempt;
}

/** Whether (at, id) stands before the other in a list of newest first. Ids are made in order of time and settle equal times. */
function isAfter(at: string, id: string, otherAt: string, otherId: string): boolean {
  const difference = Date.parse(at) - Date.parse(otherAt);
  return difference > 0 || (difference === 0 && id > otherId);
}

function without<Item extends { id: string }, P extends Pages<Item>>(pages: P, id: string): P {
  return { ...pages, pages: pages.pages.map((page) => (page.data.some((item) => item.id === id) ? { ...page, data: page.data.filter((item) => item.id !== id) } : page)) };
}

function mapItems<Item extends { id: string }, P extends Pages<Item>>(pages: P, change: (item: Item) => Item): P {
  return { ...pages, pages: pages.pages.map((page) => ({ ...page, data: page.data.map(change) })) };
}

function placed<Item extends { id: string }, P extends Pages<Item>>(pages: P, item: Item, isBefore: (known: Item) => boolean): P {
  const rest = without<Item, P>(pages, item.id);
  const at = rest.pages.findIndex((page) => page.data.some(isBefore));
  const last = rest.pages.length - 1;
  // Older than all that is fetched: it belongs to the end, if the end is here.
  if (at < 0 && (last < 0 || rest.pages[last]?.next_cursor)) return rest;
  const index = at < 0 ? last : at;
  return {
    ...rest,
    pages: rest.pages.map((page, number) => {
      if (number !== index) return page;
      const position = page.data.findIndex(isBefore);
      const cut = position < 0 ? page.data.length : position;
      return { ...page, data: [...page.data.slice(0, cut), item, ...page.data.slice(cut)] };
    }),
  };
}
