import { useTranslation } from "react-i18next";
import type { Channel } from "@/api/models";
import { Button, Dialog, useToast } from "@/components";
import { useErrorWords } from "@/i18n/useErrorWords";
import { useRemoveChannel } from "./queries";

/** Asks before a channel goes, and says why one with conversations stays. */
export function RemoveDialog({ channel, isOpen, onOpenChange }: { channel: Channel; isOpen: boolean; onOpenChange: () => void }) {
  const { t } = useTranslation("channels");
  const { reasonOf } = useErrorWords();
  const toast = useToast();
  const remove = useRemoveChannel();
  const close = () => {
    remove.reset();
    onOpenChange();
  };
  return (
    <Dialog
      isOpen={isOpen}
      onOpenChange={close}
      title={t("removeTitle", { name: channel.name })}
      text={t("removeText")}
      actions={
        <>
          <Button onClick={close}>{t("cancel")}</Button>
          <Button variant="danger" isBusy={remove.isPending} onClick={() => remove.mutate(channel.id, { onSuccess: () => toast({ text: t("removed") }) })}>
            {t("remove")}
          </Button>
        </>
      }
    >
      {remove.error && (
        <p role="alert" className="mt-3 text-13 text-danger">
          {reasonOf(remove.error)}
        </p>
      )}
    </Dialog>
  );
}
