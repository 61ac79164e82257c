import { useMutation } from "@tanstack/react-query";
import { Undo2 } from "lucide-react";
import { useTranslation } from "react-i18next";
import { api, dataOf } from "@/api";
import type { Workspace } from "@/api/models";
import { Button, Empty } from "@/components";
import { useFormat, useRefreshSession } from "@/features/auth/queries";
import { useErrorWords } from "@/i18n/useErrorWords";

/** What is left of a deleted workspace for its owner: until when it can be restored, and the way to do so. */
export function DeletedPage({ workspace }: { workspace: Workspace }) {
  const { t } = useTranslation("workspace");
  const format = useFormat();
  const { reasonOf } = useErrorWords();
  const refreshSession = useRefreshSession();
  const restore = useMutation({
    mutationFn: async () => dataOf(await api.POST("/api/workspaces/{workspace_id}/restore", { params: { path: { workspace_id: workspace.id } } })),
    onSuccess: refreshSession,
  });
  return (
    <div className="grid grow place-items-center p-4">
      <div>
        <Empty
          title={t("deleted.title", { name: workspace.name })}
          text={t("deleted.text", { date: workspace.purged_from ? format.date(workspace.purged_from) : "" })}
          action={
            <Button variant="primary" icon={Undo2} isBusy={restore.isPending} onClick={() => restore.mutate()}>
              {t("deleted.restore")}
            </Button>
          }
        />
        {restore.isError && (
          <p role="alert" className="text-center text-13 text-danger">
            {reasonOf(restore.error)}
          </p>
        )}
      </div>
    </div>
  );
}
