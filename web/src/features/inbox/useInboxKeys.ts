import { useQueryClient } from "@tanstack/react-query";
import { useNavigate, useRouter } from "@tanstack/react-router";
import { useEffect } from "react";
import type { InboxSearch } from "@/routes/inbox";
import type { ConversationPages } from "./cache";
import { filterOf } from "./filters";
import { SEARCH_ID } from "./list/SearchBox";
import { KEYS } from "./queries";

export const REPLY_ID = "reply";

/** Where typing means text, or something on top takes the keys. */
function isBusy(event: KeyboardEvent): boolean {
  const target = event.target instanceof HTMLElement ? event.target : null;
  return event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || Boolean(target?.closest("input, textarea, select, [contenteditable], [role=dialog], [role=menu]"));
}

/** j and k walk the list, r answers, e closes, / searches. By the place of the key, so that they work on an Arabic keyboard. */
export function useInboxKeys({ search, onClose }: { search: InboxSearch; onClose: (id: string) => void }) {
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  const router = useRouter();

  useEffect(() => {
    // The address that was asked for last, even if its page has not come yet: j j means two steps.
    const openId = () => /^\/inbox\/([^/]+)/u.exec(router.latestLocation.pathname)?.[1];
    const walk = (step: 1 | -1) => {
      const pages = queryClient.getQueryData<ConversationPages>(KEYS.list(filterOf(search)));
      const ids = pages?.pages.flatMap((page) => page.data.map((conversation) => conversation.id)) ?? [];
      const current = ids.indexOf(openId() ?? "");
      const next = ids[current < 0 ? 0 : current + step];
      if (next) void navigate({ to: "/inbox/$conversationId", params: { conversationId: next }, search });
    };
    const onKeyDown = (event: KeyboardEvent) => {
      if (isBusy(event) || event.shiftKey) return;
      const action = {
        KeyJ: () => walk(1),
        KeyK: () => walk(-1),
        KeyR: () => document.getElementById(REPLY_ID)?.focus(),
        KeyE: () => {
          const id = openId();
          if (id) onClose(id);
        },
        Slash: () => document.getElementById(SEARCH_ID)?.focus(),
      }[event.code];
      if (!action) return;
      event.preventDefault();
      action();
    };
    document.addEventListener("keydown", onKeyDown);
    return () => document.removeEventListener("keydown", onKeyDown);
  }, [queryClient, navigate, router, search, onClose]);
}
