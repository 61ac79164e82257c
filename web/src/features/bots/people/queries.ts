import { infiniteQueryOptions, queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { api, dataOf } from "@/api";
import type { FlowSessionDetails, PeopleChoice } from "@/api/models";

/** Reads and writes of people in flows. */
export const KEYS = {
  waiting: (bot: string) => ["bots", "people", bot],
  transition: (bot: string) => ["bots", "transition", bot],
  sessions: (bot: string, search: PeopleSearch) => ["flow-sessions", "list", bot, search],
  session: (id: string) => ["flow-sessions", "one", id],
  traces: (conversation: string, sprint: number) => ["flow-sessions", "traces", conversation, sprint],
  all: ["flow-sessions"],
} as const;

export const STATES = ["waiting", "parked", "completed", "failed", "interrupted"] as const;
export type PeopleState = (typeof STATES)[number];
/** What is searched for; it stands in the address. */
export type PeopleSearch = { state?: PeopleState | undefined; q?: string | undefined; node?: string | undefined; version?: number | undefined; conversation?: string | undefined };

const LIVE_MS = 5_000;
const PROGRESS_MS = 700;

/** Asked for anew each time the dialog opens: it is about this moment. */
export const waitingQuery = (bot: string) =>
  queryOptions({
    queryKey: KEYS.waiting(bot),
    queryFn: async () => dataOf(await api.GET("/api/bots/{bot_id}/people", { params: { path: { bot_id: bot } } })),
    staleTime: 0,
  });

export const transitionQuery = (bot: string) =>
  queryOptions({
    queryKey: KEYS.transition(bot),
    queryFn: async () => dataOf(await api.GET("/api/bots/{bot_id}/transition", { params: { path: { bot_id: bot } } })),
    refetchInterval: (query) => (query.state.data?.is_done ? false : PROGRESS_MS),
    staleTime: 0,
  });

export const sessionsQuery = (bot: string, search: PeopleSearch) =>
  infiniteQueryOptions({
    queryKey: KEYS.sessions(bot, search),
    initialPageParam: undefined as string | undefined,
    queryFn: async ({ pageParam }) => {
      const { state = "waiting", q = null, node = null, version = null, conversation = null } = search;
      const query = { state, q, node_id: node, version, conversation_id: conversation, cursor: pageParam ?? null };
      return dataOf(await api.GET("/api/bots/{bot_id}/sessions", { params: { path: { bot_id: bot }, query } }));
    },
    getNextPageParam: (last) => last.next_cursor ?? undefined,
    refetchInterval: LIVE_MS,
  });

export const sessionQuery = (id: string) =>
  queryOptions({
    queryKey: KEYS.session(id),
    queryFn: async () => dataOf(await api.GET("/api/flow-sessions/{flow_session_id}", { params: { path: { flow_session_id: id } } })),
    refetchInterval: LIVE_MS,
  });

/** What the flow did in a conversation, the newest first. */
export const tracesQuery = (conversation: string, sprint: number) =>
  queryOptions({
    queryKey: KEYS.traces(conversation, sprint),
    queryFn: async () => dataOf(await api.GET("/api/conversations/{conversation_id}/traces", { params: { path: { conversation_id: conversation }, query: { limit: 20 } } })).data,
  });

export type Act =
  | { act: "move"; node: string }
  | { act: "resume"; result: { ok: boolean; body: unknown } | null }
  | { act: "variables"; name: string; value: unknown }
  | { act: "end" };

const WAIT_MS = 300;
const MOST_TRIES = 30;
const pause = (ms: number) => new Promise((done) => setTimeout(done, ms));

/** Does something to a session, and waits until its turn has come: the outcome, or null while it still stands in line. */
export function useAct(session: FlowSessionDetails) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: async (given: Act) => {
      const taken = await send(session, given);
      for (let tries = 0; tries < MOST_TRIES; tries += 1) {
        const now = await queryClient.fetchQuery({ ...sessionQuery(session.id), staleTime: 0 });
        const done = now.acts.find((each) => each.id === taken.id);
        if (done) return done.outcome;
        await pause(WAIT_MS);
      }
      return null;
    },
    onSettled: () => queryClient.invalidateQueries({ queryKey: KEYS.all }),
  });
}

async function send(session: FlowSessionDetails, given: Act) {
  const params = { path: { flow_session_id: session.id } };
  const { sprint } = session;
  switch (given.act) {
    case "move":
      return dataOf(await api.POST("/api/flow-sessions/{flow_session_id}/move", { params, body: { sprint, node_id: given.node } }));
    case "resume":
      return dataOf(await api.POST("/api/flow-sessions/{flow_session_id}/resume", { params, body: { sprint, result: given.result as never } }));
    case "variables":
      return dataOf(await api.POST("/api/flow-sessions/{flow_session_id}/variables", { params, body: { sprint, name: given.name, value: given.value as never } }));
    case "end":
      return dataOf(await api.POST("/api/flow-sessions/{flow_session_id}/end", { params, body: { sprint } }));
  }
}

export const FINISH: PeopleChoice = { choice: "finish", lost: "finish", trigger_id: null };
