import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { useToast } from "@/components";
import { useSession } from "@/features/auth/queries";
import type { Saver, SavingState } from "./saver";
import type { useOthers } from "./useOthers";

/** Takes up what somebody else saved where nothing of one's own would be lost, and says who it was. */
export function useTheirs(saver: Saver, saving: SavingState, others: ReturnType<typeof useOthers>["state"]): void {
  const { t } = useTranslation("editor");
  const toast = useToast();
  const me = useSession()?.user.id;
  const { revision, status } = saving;
  useEffect(() => {
    if (!others || others.revision <= revision || status !== "saved" || saver.isDirty()) return;
    void saver.refresh().then((theirs) => {
      if (theirs) toast({ text: theirs.updated_by && theirs.updated_by.id === me ? t("othersChangedSelf") : t("othersChanged", { name: theirs.updated_by?.name ?? t("clash.somebody") }) });
    });
  }, [me, others, saver, revision, status, t, toast]);
}
