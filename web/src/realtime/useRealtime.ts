import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { ApiError, api, dataOf } from "@/api";
import type { LiveEvent } from "./events";
import { type ConnectionState, keepSubscribed } from "./socket";

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
          return dataOf(await api.POST("/api/ws-ticket")).ticket;
        } catch (error) {
          if (error instanceof ApiError && [403, 404].includes(error.status)) onShutOut();
          throw error;
        }
      },
      open: (ticket) => new WebSocket(`${location.origin.replace(/^http/u, "ws")}/ws?ticket=${encodeURIComponent(ticket)}`),
      channels: [`ws:restaurant:${workspaceId}:messages`, `ws:restaurant:${workspaceId}:conversations`],
      onEvent,
      onState: setState,
      onGap: () => void queryClient.invalidateQueries({ predicate: (query) => query.queryKey[0] !== "session" }),
    });
    addEventListener("online", subscription.retryNow);
    return () => {
      removeEventListener("online", subscription.retryNow);
      subscription.close();
    };
  }, [workspaceId, onEvent, onShutOut, queryClient]);

  return state;
}
