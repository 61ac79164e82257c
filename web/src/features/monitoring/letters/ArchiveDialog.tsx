import { Archive } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Button, Dialog, useToast } from "@/components";
import { useErrorWords } from "@/i18n/useErrorWords";
import { useArchiveLetters } from "../queries";

type ArchiveDialogProps = { ids: readonly string[]; isOpen: boolean; onOpenChange: (isOpen: boolean) => void; onDone: () => void };

/** Asks before letters are put away. */
export function ArchiveDialog({ ids, isOpen, onOpenChange, onDone }: ArchiveDialogProps) {
  const { t } = useTranslation(["monitoring", "common"]);
  const { reasonOf } = useErrorWords();
  const toast = useToast();
  const archive = useArchiveLetters();
  const confirm = () =>
    archive.mutate(ids, {
      onSuccess: ({ archived }) => {
        toast({ text: t("letters.archived", { count: archived }) });
        onOpenChange(false);
        onDone();
      },
    });
  return (
    <Dialog
      isOpen={isOpen}
      onOpenChange={onOpenChange}
      title={t("letters.archiveTitle", { count: ids.length })}
      text={t("letters.archiveText")}
      actions={
        <>
          <Button onClick={() => onOpenChange(false)}>{t("common:cancel")}</Button>
          <Button variant="primary" icon={Archive} isBusy={archive.isPending} onClick={confirm}>
            {t("letters.archive")}
          </Button>
        </>
      }
    >
      {archive.error && (
        <p role="alert" className="mt-2 text-13 text-danger">
          {reasonOf(archive.error)}
        </p>
      )}
    </Dialog>
  );
}
