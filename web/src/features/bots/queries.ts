import { infiniteQueryOptions, queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { api, dataOf } from "@/api";
import type { Blueprint, Bot, DraftState, ExpressionChecked, Flow, KnownValue, PeopleChoice } from "@/api/models";

/** Reads, writes and cache rules of bots and their flows. */
export const KEYS = {
  all: ["bots"],
  list: ["bots", "list"],
  flow: (id: string, version: FlowChoice) => ["bots", "flow", id, version],
  versions: (id: string) => ["bots", "versions", id],
  nodeTypes: ["node-types"],
  editors: (id: string) => ["bots", "editors", id],
  expression: (given: Expression) => ["expressions", given],
} as const;

/** Which of a bot's flows is looked at; a number is that of an older version. */
export type FlowChoice = "draft" | "published" | number;

export const botsQuery = queryOptions({
  queryKey: KEYS.list,
  queryFn: async () => dataOf(await api.GET("/api/bots", { params: { query: { limit: 100 } } })).data,
});

export const flowQuery = (id: string, version: FlowChoice) =>
  queryOptions({
    queryKey: KEYS.flow(id, version),
    queryFn: async () => dataOf(await api.GET("/api/bots/{bot_id}/flow", { params: { path: { bot_id: id }, query: { version: String(version) } } })),
  });

const VERSIONS_A_PAGE = 30;

/** The numbers of all versions, the newest first: they are counted from 1 without a gap, so that the newest one tells them all. */
export const versionNumbersQuery = (id: string) =>
  queryOptions({
    queryKey: [...KEYS.versions(id), "numbers"],
    queryFn: async () => {
      const [newest] = dataOf(await api.GET("/api/bots/{bot_id}/flow/versions", { params: { path: { bot_id: id }, query: { limit: 1 } } })).data;
      return Array.from({ length: newest?.number ?? 0 }, (_, place) => (newest?.number ?? 0) - place);
    },
  });

/** All versions a page at a time, the newest first. */
export const versionPagesQuery = (id: string) =>
  infiniteQueryOptions({
    queryKey: [...KEYS.versions(id), "pages"],
    queryFn: async ({ pageParam }) => dataOf(await api.GET("/api/bots/{bot_id}/flow/versions", { params: { path: { bot_id: id }, query: { limit: VERSIONS_A_PAGE, ...(pageParam && { cursor: pageParam }) } } })),
    initialPageParam: "",
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  });

export const nodeTypesQuery = queryOptions({
  queryKey: KEYS.nodeTypes,
  queryFn: async () => dataOf(await api.GET("/api/flow-nodes")),
  staleTime: Number.POSITIVE_INFINITY,
});

/** After any change of a bot its list, flows and versions are asked for anew. */
function useBotChange<Input, Answer>(change: (input: Input) => Promise<Answer>) {
  const queryClient = useQueryClient();
  return useMutation({ mutationFn: change, onSuccess: () => queryClient.invalidateQueries({ queryKey: KEYS.all }) });
}

/** A flow as another bot may begin with it: whose it was is not said. */
const withoutBot = (blueprint: Blueprint) => ({ ...blueprint, bot_id: null });

/** A new bot with an empty flow, in the language of whoever makes it; or with the given one. */
export const useCreateBot = () =>
  useBotChange(async ({ name, language, blueprint: given }: { name: string; language: string; blueprint?: Blueprint }) => {
    const blueprint = given ? withoutBot(given) : { name, languages: [language], default_language: language };
    return dataOf(await api.POST("/api/bots", { body: { name, blueprint: blueprint as unknown as Record<string, never> } }));
  });

export const useSetBotStatus = () =>
  useBotChange(async ({ id, status }: { id: string; status: Extract<Bot["status"], "active" | "inactive"> }) =>
    dataOf(await api.PATCH("/api/bots/{bot_id}", { params: { path: { bot_id: id } }, body: { status } })),
  );

export const usePublish = () =>
  useBotChange(async ({ id, note, accepts = false, people, base }: { id: string; note: string; accepts?: boolean; people: PeopleChoice; base: number | null }) =>
    dataOf(await api.POST("/api/bots/{bot_id}/publish", { params: { path: { bot_id: id } }, body: { note: note || null, accepts_differences: accepts, people, base_revision: base } })),
  );

/** Saves a draft that was edited from `base`; throws `draft_changed` where another one was saved meanwhile. */
export async function saveDraft(id: string, blueprint: Blueprint, base: number | null): Promise<Flow> {
  const body = { blueprint: blueprint as unknown as Record<string, never>, base_revision: base };
  return dataOf(await api.PUT("/api/bots/{bot_id}/flow", { params: { path: { bot_id: id } }, body }));
}

export async function tellEditor(id: string, tab: string, isLeaving = false): Promise<DraftState> {
  return dataOf(await api.POST("/api/bots/{bot_id}/editors", { params: { path: { bot_id: id } }, body: { tab, is_leaving: isLeaving }, keepalive: isLeaving }));
}

type Expression = { kind: "template" | "condition"; source: string; values: Record<string, string>; language?: string; is_brief: boolean };

/** An expression as the engine reads it, tried on samples; with a language, as a person reads it. */
export const expressionQuery = (given: Expression) =>
  queryOptions({
    queryKey: KEYS.expression(given),
    queryFn: async (): Promise<ExpressionChecked> => dataOf(await api.POST("/api/flow-expressions/check", { body: given })),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 60_000,
  });

export type { KnownValue };
