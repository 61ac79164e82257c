import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { HookCreated } from "@/api/models";
import { Button, Dialog, Field, Select } from "@/components";
import { useErrorWords } from "@/i18n/useErrorWords";
import { useMakeHook } from "./queries";

/** For how many seconds the address before goes on working. */
const KEEP = ["0", "3600", "86400", "604800"] as const;

type RotateDialogProps = { botId: string; nodeId: string; isOpen: boolean; onClose: () => void; onMade: (hook: HookCreated) => void };

/** Another address in place of one that is known to somebody who should not know it, or that is old. */
export function RotateDialog({ botId, nodeId, isOpen, onClose, onMade }: RotateDialogProps) {
  const { t } = useTranslation(["outside", "common"]);
  const { reasonOf } = useErrorWords();
  const make = useMakeHook(botId);
  const [keep, setKeep] = useState<string>("0");
  const rotate = () =>
    make.mutate(
      { nodeId, keep: Number(keep) },
      {
        onSuccess: (made) => {
          onMade(made);
          onClose();
        },
      },
    );
  return (
    <Dialog
      isOpen={isOpen}
      onOpenChange={onClose}
      title={t("outside:hook.rotateTitle")}
      text={t("outside:hook.rotateText")}
      actions={
        <>
          <Button onClick={onClose}>{t("common:cancel")}</Button>
          <Button variant="primary" isBusy={make.isPending} onClick={rotate}>
            {t("outside:hook.rotate")}
          </Button>
        </>
      }
    >
      <div className="mt-3 grid gap-2">
        <Field label={t("outside:hook.keep")} help={t("outside:hook.keepHelp")}>
          <Select value={keep} onChange={setKeep} options={KEEP.map((value) => ({ value, label: t(`outside:hook.keeps.${value}`) }))} />
        </Field>
        {make.error && (
          <p role="alert" className="text-13 text-danger">
            {reasonOf(make.error)}
          </p>
        )}
      </div>
    </Dialog>
  );
}
