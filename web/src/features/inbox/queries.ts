import { infiniteQueryOptions, keepPreviousData, type QueryClient, queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { api, dataOf } from "@/api";
import type { Conversation, MediaFile, Message } from "@/api/models";
import { applyAnswer, applyConversation, applyMessage, applyStatus, type ConversationPages, type Cursor, localId, type MessagePages, removeConversation, removeMessage } from "./cache";
import { useSession } from "@/features/auth/queries";
import type { FileKind } from "./content";
import type { ConversationFilter } from "./filters";

/** Reads, writes and cache rules of the inbox. Live events change the same entries through `live.ts`. */
export const KEYS = {
  lists: ["conversations", "list"],
  list: (filter: ConversationFilter) => ["conversations", "list", filter],
  counts: ["conversations", "counts"],
  detail: (id: string) => ["conversations", "detail", id],
  messages: (id: string) => ["conversations", "messages", id],
  events: (id: string) => ["conversations", "events", id],
  contacts: ["contacts"],
  contact: (id: string) => ["contacts", "detail", id],
} as const;

const PAGE = 30;

export const conversationsQuery = (filter: ConversationFilter) =>
  infiniteQueryOptions({
    queryKey: KEYS.list(filter),
    queryFn: async ({ pageParam, signal }) =>
      dataOf(await api.GET("/api/conversations", { params: { query: { ...filter, limit: PAGE, ...(pageParam && { cursor: pageParam }) } }, signal })),
    initialPageParam: null as Cursor,
    getNextPageParam: (page) => page.next_cursor,
    placeholderData: keepPreviousData,
  });

export const countsQuery = queryOptions({
  queryKey: KEYS.counts,
  queryFn: async () => dataOf(await api.GET("/api/conversations/counts")),
});

export const conversationQuery = (id: string) =>
  queryOptions({
    queryKey: KEYS.detail(id),
    queryFn: async () => dataOf(await api.GET("/api/conversations/{conversation_id}", { params: { path: { conversation_id: id } } })),
  });

export const contactQuery = (id: string) =>
  queryOptions({
    queryKey: KEYS.contact(id),
    queryFn: async () => dataOf(await api.GET("/api/contacts/{contact_id}", { params: { path: { contact_id: id } } })),
  });

/** Parts a contact from one that it was made one with. Whatever was shown of either is fetched anew. */
export function usePartContact(contactId: string) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: async (mergedId: string) => dataOf(await api.POST("/api/contacts/{contact_id}/part", { params: { path: { contact_id: contactId } }, body: { merged_id: mergedId } })),
    onSuccess: () => {
      for (const queryKey of [["conversations"], KEYS.contacts]) void queryClient.invalidateQueries({ queryKey });
    },
  });
}

export const messagesQuery = (id: string) =>
  infiniteQueryOptions({
    queryKey: KEYS.messages(id),
    queryFn: async ({ pageParam, signal }) =>
      dataOf(
        await api.GET("/api/conversations/{conversation_id}/messages", {
          params: { path: { conversation_id: id }, query: { limit: PAGE, ...(pageParam && { cursor: pageParam }) } },
          signal,
        }),
      ),
    initialPageParam: null as Cursor,
    getNextPageParam: (page) => page.next_cursor,
  });

export const eventsQuery = (id: string) =>
  queryOptions({
    queryKey: KEYS.events(id),
    queryFn: async () => dataOf(await api.GET("/api/conversations/{conversation_id}/events", { params: { path: { conversation_id: id }, query: { limit: 100 } } })).data,
  });

const COUNTS_AFTER_MS = 250;
const countsPlanned = new WeakSet<QueryClient>();

/** Asks for the counts anew, once for any number of changes in a moment. */
function refreshCounts(queryClient: QueryClient): void {
  if (countsPlanned.has(queryClient)) return;
  countsPlanned.add(queryClient);
  setTimeout(() => {
    countsPlanned.delete(queryClient);
    void queryClient.invalidateQueries({ queryKey: KEYS.counts });
  }, COUNTS_AFTER_MS);
}

/** Puts a conversation as it now is into every list, and into its own entry. Counts are asked for anew. */
export function patchConversation(queryClient: QueryClient, conversation: Conversation, userId: string): void {
  const known = queryClient.getQueryData<Conversation>(KEYS.detail(conversation.id));
  queryClient.setQueryData(KEYS.detail(conversation.id), conversation);
  for (const [key, pages] of queryClient.getQueriesData<ConversationPages>({ queryKey: KEYS.lists })) {
    const filter = key[2] as ConversationFilter;
    if (pages) queryClient.setQueryData(key, applyConversation(pages, conversation, filter, userId));
  }
  refreshCounts(queryClient);
  // The line that says who took over is a fact of its own.
  if (!known || known.mode !== conversation.mode || known.assignee?.id !== conversation.assignee?.id) {
    void queryClient.invalidateQueries({ queryKey: KEYS.events(conversation.id) });
  }
}

/** Takes a conversation that is no more out of every list. */
export function forgetConversation(queryClient: QueryClient, id: string): void {
  for (const [key, pages] of queryClient.getQueriesData<ConversationPages>({ queryKey: KEYS.lists })) {
    if (pages) queryClient.setQueryData(key, removeConversation(pages, id));
  }
}

function changeMessages(queryClient: QueryClient, id: string, change: (pages: MessagePages) => MessagePages): void {
  queryClient.setQueryData<MessagePages>(KEYS.messages(id), (pages) => pages && change(pages));
}

export function patchMessage(queryClient: QueryClient, message: Message): void {
  changeMessages(queryClient, message.conversation_id, (pages) => applyMessage(pages, message));
}

export function patchStatus(queryClient: QueryClient, message: Message): void {
  changeMessages(queryClient, message.conversation_id, (pages) => applyStatus(pages, message));
}

export type ConversationAction = "takeover" | "release" | "close" | "reopen" | "read";

/** Take over, hand back, close, reopen, mark as read. The answer is the conversation as it now is. */
export function useConversationAction(userId: string) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: async ({ id, action, holder }: { id: string; action: ConversationAction; holder?: string | null }) => {
      const params = { params: { path: { conversation_id: id } } };
      switch (action) {
        case "takeover":
          return dataOf(await api.POST("/api/conversations/{conversation_id}/takeover", { ...params, ...(holder !== undefined && { body: { expected_assignee_id: holder } }) }));
        case "release":
          return dataOf(await api.POST("/api/conversations/{conversation_id}/release", params));
        case "close":
          return dataOf(await api.POST("/api/conversations/{conversation_id}/close", params));
        case "reopen":
          return dataOf(await api.POST("/api/conversations/{conversation_id}/reopen", params));
        case "read":
          return dataOf(await api.POST("/api/conversations/{conversation_id}/read", params));
      }
    },
    onSuccess: (conversation) => patchConversation(queryClient, conversation, userId),
    // Somebody else was quicker: what is shown is not so any more.
    onError: (_, { id }) => void queryClient.invalidateQueries({ queryKey: KEYS.detail(id) }),
  });
}

/** What is sent: a text, or a file that was uploaded before. */
export type Said = { type: "text"; body: string } | { type: FileKind; file: MediaFile; caption: string | null; isVoice: boolean };
export type Sending = { conversationId: string; said: Said; key: string };

/** A message as the API takes it. Sound and stickers have no caption. */
export function bodyOf(said: Said) {
  switch (said.type) {
    case "text":
      return { type: said.type, text: { body: said.body } };
    case "image":
      return { type: said.type, image: { file_id: said.file.id, caption: said.caption } };
    case "video":
      return { type: said.type, video: { file_id: said.file.id, caption: said.caption } };
    case "document":
      return { type: said.type, document: { file_id: said.file.id, caption: said.caption } };
    case "audio":
      return { type: said.type, audio: { file_id: said.file.id, voice: said.isVoice } };
    case "sticker":
      return { type: said.type, sticker: { file_id: said.file.id } };
  }
}

/**
 * Sends a message. It stands in the thread at once; a refusal takes it out again. The same key never becomes two messages.
 * `onSent` and `onRefused` are called even when the reader has gone to another thread meanwhile.
 */
export function useSend(author: { id: string; name: string }, { onSent, onRefused }: { onSent: () => void; onRefused: (error: Error, sending: Sending) => void }) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: async ({ conversationId, said, key }: Sending) =>
      dataOf(
        await api.POST("/api/conversations/{conversation_id}/messages", {
          params: { path: { conversation_id: conversationId }, header: { "Idempotency-Key": key } },
          body: bodyOf(said),
        }),
      ),
    onMutate: ({ conversationId, said, key }) => changeMessages(queryClient, conversationId, (pages) => applyMessage(pages, waitingMessage(conversationId, said, key, author))),
    onSuccess: (message, { conversationId, key }) => {
      onSent();
      changeMessages(queryClient, conversationId, (pages) => applyAnswer(removeMessage(pages, localId(key)), message));
      // Sending may have taken the conversation over.
      void queryClient.invalidateQueries({ queryKey: KEYS.detail(conversationId) });
      void queryClient.invalidateQueries({ queryKey: KEYS.lists });
      void queryClient.invalidateQueries({ queryKey: KEYS.events(conversationId) });
    },
    onError: (error, sending) => {
      changeMessages(queryClient, sending.conversationId, (pages) => removeMessage(pages, localId(sending.key)));
      onRefused(error, sending);
    },
  });
}

function waitingMessage(conversationId: string, said: Said, key: string, author: { id: string; name: string }): Message {
  const at = new Date().toISOString();
  const nothing = { provider_id: null, reply_to: null, failure: null, waiting: null, degradations: [], parts: [], accepted_at: null, sent_at: null, delivered_at: null, read_at: null, played_at: null, pricing: null, failed_at: null, reactions: [], versions: [], edited_at: null, deleted_at: null };
  return {
    ...nothing,
    id: localId(key),
    conversation_id: conversationId,
    direction: "out",
    type: said.type,
    content: said.type === "text" ? { body: said.body } : { ...said.file, file_id: said.file.id, caption: said.caption, voice: said.isVoice },
    status: "pending",
    sending_state: "queued",
    author: { kind: "user", ...author },
    attempt: 0,
    at,
    is_stale: false,
    is_imported: false,
  };
}

/** Sends a message again that failed, or one whose fate is unknown; a person decides. */
export function useRetry() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: async ({ conversation_id, id }: Message) =>
      dataOf(await api.POST("/api/conversations/{conversation_id}/messages/{message_id}/retry", { params: { path: { conversation_id, message_id: id } } })),
    onSuccess: (message) => changeMessages(queryClient, message.conversation_id, (pages) => applyAnswer(pages, message)),
  });
}

/** Fetches a file that came with a message once more; a person decides. */
export function useFetchAgain(conversationId: string) {
  const queryClient = useQueryClient();
  const workspaceId = useSession()?.workspace.id ?? "";
  return useMutation({
    mutationFn: async (fileId: string) => dataOf(await api.POST("/api/media/{workspace_id}/{file_id}/retry", { params: { path: { workspace_id: workspaceId, file_id: fileId } } })),
    onSettled: () => queryClient.invalidateQueries({ queryKey: KEYS.messages(conversationId) }),
  });
}
