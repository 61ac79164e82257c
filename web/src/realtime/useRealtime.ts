import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { ApiError, api, dataOf } from "@/api";
import type { LiveEvent } from "./events";
import { type ConnectionState, keepSubscribed } from "./socket";

/** A network that went away may leave a request hanging; then another is tried. */
const TICKET_WITHIN_MS = 10_000;

/**
 * One socket per page, as long as the shell stands. What it says goes to `onEvent`; gaps are closed by fetching everything shown anew.
 * `onShutOut`: the workspace is open to this person no longer.
 */
export function useRealtime(workspaceId: string | undefined, onEvent: (event: LiveEvent) => void, onShutOut: () => void): ConnectionState {
  const queryClient = useQueryClient();
  const [state, setState] = useState<ConnectionState>("connecting");

  useEffect(() => {
    if (!workspaceId) return;
    const subscription = keepSubscribed({
      getTicket: async () => {
        try {
          return dataOf(await api.POST("/api/ws-ticket", { signal: AbortSignal.timeout(TICKET_WITHIN_MS) })).ticket;
        } catch (error) {
          if (error instanceof ApiError && [403, 404].includes(error.status)) onShutOut();
          throw error;
        }
      },
      open: (ticket) => new WebSocket(`${location.origin.replace(/^http/u, "ws")}/ws?ticket=${encodeURIComponent(ticket)}`),
      channels: [`ws:restaurant:${workspaceId}:messages`, `ws:restaurant:${workspaceId}:conversations`, `ws:restaurant:${workspaceId}:notifications`],
      onEvent,
      onState: (next) => {
        setState(next);
        // What failed while Hoopoe was away mends itself, wherever it stands.
        if (next === "live") void queryClient.refetchQueries({ type: "active", predicate: (query) => query.state.status === "error" });
      },
      onGap: () => void queryClient.invalidateQueries({ predicate: (query) => query.queryKey[0] !== "session" }),
    });
    addEventListener("online", subscription.retryNow);
    addEventListener("offline", subscription.drop);
    return () => {
      removeEventListener("offline", subscription.drop);
      removeEventListener("online", subscription.retryNow);
      subscription.close();
    };
  }, [workspaceId, onEvent, onShutOut, queryClient]);

  return state;
}
