import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { PreviewSetting, TestAct } from "@/api/models";
import { Button, Dialog, Field, Input, useToast } from "@/components";
import { useErrorWords } from "@/i18n/useErrorWords";
import { useKeepTest } from "./queries";

type KeepDialogProps = { isOpen: boolean; onClose: () => void; botId: string; setting: PreviewSetting; acts: TestAct[]; onSave: () => Promise<void> };

/** Makes a test out of what was played: the saved draft plays it once more, and what it says then is expected from there on. */
export function KeepDialog({ isOpen, onClose, botId, setting, acts, onSave }: KeepDialogProps) {
  const { t } = useTranslation(["preview", "common"]);
  const { reasonOf } = useErrorWords();
  const toast = useToast();
  const keep = useKeepTest(botId, onSave);
  const [name, setName] = useState("");
  const [isMissing, setMissing] = useState(false);
  const close = () => {
    onClose();
    keep.reset();
    setMissing(false);
  };
  const send = () => {
    const wanted = name.trim();
    if (!wanted) return setMissing(true);
    keep.mutate(
      { name: wanted, setting, acts },
      {
        onSuccess: () => {
          close();
          setName("");
          toast({ text: t("keep.done", { name: wanted }) });
        },
      },
    );
  };
  return (
    <Dialog
      isOpen={isOpen}
      onOpenChange={close}
      title={t("keep.title")}
      text={t("keep.text")}
      actions={
        <>
          <Button onClick={close}>{t("common:cancel")}</Button>
          <Button variant="primary" isBusy={keep.isPending} onClick={send}>
            {t("keep.action")}
          </Button>
        </>
      }
    >
      <form
        className="mt-3"
        onSubmit={(event) => {
          event.preventDefault();
          if (!keep.isPending) send();
        }}
      >
        <Field label={t("keep.name")} error={isMissing && !name.trim() ? t("keep.missing") : keep.isError ? reasonOf(keep.error) : undefined}>
          <Input maxLength={120} value={name} onChange={(event) => setName(event.target.value)} />
        </Field>
      </form>
    </Dialog>
  );
}
