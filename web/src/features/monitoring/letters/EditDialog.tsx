import { RotateCw } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { DeadLetterDetails } from "@/api/models";
import { Button, Dialog, Field, Textarea } from "@/components";
import { useErrorWords } from "@/i18n/useErrorWords";
import { useRetryLetter } from "../queries";
import { bodyOf, withBody } from "./content";

type EditDialogProps = { letter: DeadLetterDetails; isOpen: boolean; onOpenChange: (isOpen: boolean) => void };

/** Other words for a message that could not leave as it was. */
export function EditDialog({ letter, isOpen, onOpenChange }: EditDialogProps) {
  const { t } = useTranslation(["monitoring", "common"]);
  const { reasonOf } = useErrorWords();
  const retry = useRetryLetter();
  const [text, setText] = useState(bodyOf(letter) ?? "");
  const submit = () => {
    const message = withBody(letter, text);
    if (message) retry.mutate({ id: letter.id, message }, { onSuccess: () => onOpenChange(false) });
  };
  return (
    <Dialog
      isOpen={isOpen}
      onOpenChange={onOpenChange}
      size="lg"
      title={t("letters.editTitle")}
      text={t("letters.editText")}
      actions={
        <>
          <Button onClick={() => onOpenChange(false)}>{t("common:cancel")}</Button>
          <Button variant="accent" icon={RotateCw} isBusy={retry.isPending} onClick={submit}>
            {t("letters.sendEdited")}
          </Button>
        </>
      }
    >
      <Field label={t("letters.words")} error={retry.error ? reasonOf(retry.error) : undefined} className="mt-3">
        <Textarea rows={6} value={text} onChange={(event) => setText(event.currentTarget.value)} />
      </Field>
    </Dialog>
  );
}
