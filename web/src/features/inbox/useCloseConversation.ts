import { useQueryClient } from "@tanstack/react-query";
import { useCallback } from "react";
import { useTranslation } from "react-i18next";
import type { Conversation } from "@/api/models";
import { useToast } from "@/components";
import { KEYS, useConversationAction } from "./queries";
import { nameOf } from "./words";

/** Closes a conversation and offers to undo it: undone, it is with whoever had it before. Does nothing to one that is closed. */
export function useCloseConversation(userId: string): (id: string) => void {
  const { t } = useTranslation("inbox");
  const queryClient = useQueryClient();
  const toast = useToast();
  const { mutate } = useConversationAction(userId);
  return useCallback(
    (id: string) => {
      const before = queryClient.getQueryData<Conversation>(KEYS.detail(id));
      if (!before || before.mode === "closed") return;
      const undo = () => mutate({ id, action: "reopen" }, { onSuccess: () => before.mode === "bot" && mutate({ id, action: "release" }) });
      mutate({ id, action: "close" }, { onSuccess: () => toast({ text: t("act.closed", { name: nameOf(before.contact, t) }), action: { label: t("act.undo"), onPress: undo } }) });
    },
    [queryClient, mutate, toast, t],
  );
}
