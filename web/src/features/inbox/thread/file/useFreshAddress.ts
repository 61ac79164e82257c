import { useQueryClient } from "@tanstack/react-query";
import { useCallback } from "react";
import { KEYS } from "../../queries";

const asked = new Set<string>();

/** Addresses of files run out after an hour or two. One that no longer works is asked for anew, once. */
export function useFreshAddress(conversationId: string): (url: string | null) => void {
  const queryClient = useQueryClient();
  return useCallback(
    (url) => {
      if (!url || asked.has(url)) return;
      asked.add(url);
      void queryClient.invalidateQueries({ queryKey: KEYS.messages(conversationId) });
    },
    [queryClient, conversationId],
  );
}
