import { CircleAlert, PencilLine, RotateCcw } from "lucide-react";
import { useTranslation } from "react-i18next";
import { useLanguage } from "@/app/preferences";
import { Button } from "@/components";
import { MendLink } from "@/features/channels/MendLink";
import { useMay } from "@/features/workspace/useMay";
import { useErrorWords } from "@/i18n/useErrorWords";
import { useRetry } from "../queries";
import { useEditAgain } from "./EditAgain";
import { MessageBody } from "./MessageBody";
import type { MessageItem } from "./model";

// Sending the same again comes to the same, as long as nobody mended anything.
const NO_USE = new Set(["none", "appeal", "fix_payment", "fix_number", "fix_credentials"]);

/** A message that did not arrive: what it was, why in words, and the button that mends it. */
export function FailedCard({ item }: { item: MessageItem }) {
  const { t } = useTranslation("inbox");
  const language = useLanguage();
  const mayWrite = useMay("conversations:write");
  const { failure, sending_state } = item.message;
  // What never was in the outbox was sent by somebody else, who alone can send it again.
  const isOurs = sending_state !== null && sending_state !== "cancelled";
  return (
    <div className="grid w-[400px] max-w-full gap-2 rounded-lg border border-[color-mix(in_oklab,var(--danger)_32%,transparent)] bg-surface p-2">
      <div className="flex flex-col items-end">
        <MessageBody item={item} />
      </div>
      <div className="px-1">
        <p className="flex items-center gap-[5px] text-13 font-medium text-danger">
          <CircleAlert aria-hidden="true" strokeWidth={1.75} className="size-3.5 flex-none" />
          {failure?.title[language] ?? t(sending_state === "cancelled" ? "message.cancelled" : "message.notDelivered")}
        </p>
        {failure && <p className="text-13 text-ink-2">{failure.text[language]}</p>}
        {failure?.action && NO_USE.has(failure.action) && <p className="text-12 text-ink-3">{t("message.noUse")}</p>}
      </div>
      {isOurs && mayWrite !== false && <Mend item={item} />}
    </div>
  );
}

function Mend({ item }: { item: MessageItem }) {
  const { t } = useTranslation("inbox");
  const { reasonOf } = useErrorWords();
  const retry = useRetry();
  const editAgain = useEditAgain();
  const { message, content } = item;
  const action = message.failure?.action;
  const canEdit = action === "edit_message" && content.kind === "text" && editAgain;
  return (
    <div className="flex flex-wrap items-center gap-1.5">
      <MendLink action={action} size="sm" />
      {canEdit ? (
        <Button size="sm" icon={PencilLine} onClick={() => editAgain(content.body)} className="pointer-coarse:h-11">
          {t("message.editAgain")}
        </Button>
      ) : (
        action !== "send_template" && (
          <Button size="sm" icon={RotateCcw} isBusy={retry.isPending} onClick={() => retry.mutate(message)} className="pointer-coarse:h-11">
            {t("message.retry")}
          </Button>
        )
      )}
      {retry.error && (
        <p role="alert" className="text-12 text-danger">
          {t("message.retryFailed", { reason: reasonOf(retry.error) })}
        </p>
      )}
    </div>
  );
}
