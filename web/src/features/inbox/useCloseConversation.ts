import { useQueryClient } from "@tanstack/react-query";
import { useCallback } from "react";
import { useTranslation } from "react-i18next";
import type { Conversation } from "@/api/models";
import { useToast } from "@/components";
import { useMay } from "@/features/workspace/useMay";
import { KEYS, useConversationAction } from "./queries";
import { nameOf } from "./words";

/** Closes a conversation and offers to undo it: undone, it is with whoever had it before. Does nothing to one that is closed, nor for whoever may only read. */
export function useCloseConversation(userId: string): (id: string) => void {
  const { t } = useTranslation("inbox");
  const queryClient = useQueryClient();
  const toast = useToast();
  const mayWrite = useMay("conversations:write");
  const { mutate } = useConversationAction(userId);
  return useCallback(
    (id: string) => {
      const before = queryClient.getQueryData<Conversation>(KEYS.detail(id));
      if (!before || before.mode === "closed" || mayWrite === false) return;
      const undo = () => mutate({ id, action: "reopen" }, { onSuccess: () => before.mode === "bot" && mutate({ id, action: "release" }) });
      mutate({ id, action: "close" }, { onSuccess: () => toast({ text: t("act.closed", { name: nameOf(before.contact, t) }), action: { label: t("act.undo"), onPress: undo } }) });
    },
    [queryClient, mutate, toast, t, mayWrite],
  );
}
