import { useEffect, useRef } from "react";
import type { Conversation } from "@/api/models";
import { useConversationAction } from "./queries";

/** Marks a conversation as read while somebody can see it; once per message, so that a refusal is not repeated for ever. */
export function useMarkRead(conversation: Conversation | undefined, userId: string): void {
  const { mutate } = useConversationAction(userId);
  const asked = useRef<string | null>(null);
  const id = conversation?.id;
  const unread = conversation?.unread ?? 0;
  const lastId = conversation?.last_message?.id ?? null;

  useEffect(() => {
    if (!id || unread === 0) return;
    const read = () => {
      if (document.visibilityState !== "visible" || asked.current === lastId) return;
      asked.current = lastId;
      mutate({ id, action: "read" });
    };
    read();
    document.addEventListener("visibilitychange", read);
    return () => document.removeEventListener("visibilitychange", read);
  }, [id, unread, lastId, mutate]);
}
