import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { Bot } from "@/api/models";
import { Button, buttonClass, Dialog, ErrorState, SkeletonRows, useToast } from "@/components";
import { flowQuery } from "../../queries";
import { isSame } from "../model/doc";
import { useEditor } from "../model/useEditor";

/**
 * Puts an older version into the draft, as one step of work that can be undone. It is saved like any other: where
 * somebody saved the draft meanwhile, both are asked.
 */
export function RestoreDialog({ bot, number, onClose }: { bot: Bot; number: number; onClose: () => void }) {
  const { t } = useTranslation("compare");
  const { store } = useEditor();
  const toast = useToast();
  const version = useQuery(flowQuery(bot.id, number));
  const restore = () => {
    if (!version.data) return;
    const { blueprint } = version.data;
    onClose();
    if (isSame(store.get().doc, blueprint)) return toast({ text: t("restoredSame") });
    store.edit(() => blueprint);
    toast({ text: t("restored", { number }), action: { label: t("undo"), onPress: store.undo } });
  };
  return (
    <Dialog
      isOpen
      onOpenChange={onClose}
      title={t("restoreTitle", { number })}
      text={bot.has_unpublished_changes ? t("restoreChanges") : t("restoreText")}
      actions={
        <>
          <Link to="/flows/$botId/compare" params={{ botId: bot.id }} search={{ from: number, to: "draft" }} className={buttonClass({ variant: "ghost" })}>
            {t("compareFirst")}
          </Link>
          <Button onClick={onClose}>{t("cancel")}</Button>
          <Button variant="primary" aria-disabled={!version.data} onClick={restore}>
            {t("restoreGo")}
          </Button>
        </>
      }
    >
      {version.isPending && <SkeletonRows />}
      {version.isLoadingError && <ErrorState title={t("failed.title")} text={t("failed.text")} error={version.error} action={{ label: t("again"), onPress: () => void version.refetch() }} />}
    </Dialog>
  );
}
