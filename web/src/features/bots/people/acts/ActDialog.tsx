import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { FlowSessionDetails } from "@/api/models";
import { Button, Dialog, useToast } from "@/components";
import { useErrorWords } from "@/i18n/useErrorWords";
import { type Act, useAct } from "../queries";

type ActDialogProps = {
  session: FlowSessionDetails;
  title: string;
  text: string;
  go: string;
  isDanger?: boolean;
  /** What is to be done, or null where what was typed does not say it yet. */
  read: () => Act | null;
  onClose: () => void;
  children?: ReactNode;
};

/** Asks before something is done to a session, and says what came of it: the person may have gone on meanwhile. */
export function ActDialog({ session, title, text, go, isDanger = false, read, onClose, children }: ActDialogProps) {
  const { t } = useTranslation("people");
  const { reasonOf } = useErrorWords();
  const toast = useToast();
  const act = useAct(session);
  const submit = () => {
    const given = read();
    if (!given) return;
    act.mutate(given, {
      onSuccess: (outcome) => {
        onClose();
        toast({ text: outcome === null ? t("do.slow") : outcome === "missed" || outcome === "refused" ? t(`do.${outcome}`) : t("do.done") });
      },
    });
  };
  return (
    <Dialog
      isOpen
      onOpenChange={onClose}
      title={title}
      text={text}
      actions={
        <>
          <Button onClick={onClose}>{t("do.cancel")}</Button>
          <Button variant={isDanger ? "danger" : "primary"} isBusy={act.isPending} onClick={submit}>
            {go}
          </Button>
        </>
      }
    >
      {children}
      {act.isError && (
        <p role="alert" className="mt-3 text-13 text-danger">
          {reasonOf(act.error)}
        </p>
      )}
    </Dialog>
  );
}
