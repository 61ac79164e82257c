import { QueryClient } from "@tanstack/react-query";
import { createApi, dataOf } from "./client";
import { ApiError, isSessionOver } from "./errors";
import type { Session } from "./models";
import { tab } from "./tab";

/** Where the session lives in the query cache: null when nobody is logged in, absent until we have asked. */
export const SESSION_KEY = ["session"] as const;

/** Fetched data lives here and nowhere else. What realtime keeps fresh needs no refetching by age. */
export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 60_000,
      refetchOnWindowFocus: false,
      // Asked also without a network, so that a page says what is wrong instead of waiting in silence; asked anew when it is back.
      networkMode: "always",
      refetchOnReconnect: true,
      retry: (failures, error) => failures < 2 && error instanceof ApiError && (error.code === "offline" ? navigator.onLine : error.status >= 500),
    },
    mutations: { networkMode: "always", retry: false },
  },
});

const created = createApi({
  baseUrl: location.origin,
  onSession: (session: Session | null) => queryClient.setQueryData(SESSION_KEY, session),
  tab,
});

export const api = created.client;
export const adoptToken = created.adopt;
export const refreshSession = created.refresh;
export const moveSession = created.move;
export const uploadFile = created.upload;
export { onClockMoved, serverNow } from "./clock";
export { ApiError, dataOf, isSessionOver };
