import { CircleAlert, RotateCcw } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Button } from "@/components";
import { pageLanguage } from "@/app/preferences";
import { useRetry } from "../queries";
import { MessageBody } from "./MessageBody";
import type { MessageItem } from "./model";

/** A message that did not arrive: what it was, why in words, and the button that tries again. */
export function FailedCard({ item }: { item: MessageItem }) {
  const { t } = useTranslation("inbox");
  const retry = useRetry();
  const { message } = item;
  const reason = message.failure?.text[pageLanguage()];
  const isCancelled = message.sending_state === "cancelled";
  return (
    <div className="grid w-[400px] max-w-full gap-2 rounded-lg border border-[color-mix(in_oklab,var(--danger)_32%,transparent)] bg-surface p-2">
      <div className="flex justify-end">
        <MessageBody item={item} />
      </div>
      <div className="px-1">
        <p className="flex items-center gap-[5px] text-13 font-medium text-danger">
          <CircleAlert aria-hidden="true" strokeWidth={1.75} className="size-3.5 flex-none" />
          {message.failure?.title[pageLanguage()] ?? t(isCancelled ? "message.cancelled" : "message.notDelivered")}
        </p>
        {reason && <p className="text-13 text-ink-2">{reason}</p>}
      </div>
      {!isCancelled && (
        <div className="flex flex-wrap items-center gap-1.5">
          <Button size="sm" icon={RotateCcw} isBusy={retry.isPending} onClick={() => retry.mutate(message)} className="pointer-coarse:h-11">
            {t("message.retry")}
          </Button>
          {retry.error && (
            <p role="alert" className="text-12 text-danger">
              {t("message.retryFailed", { reason: retry.error.message })}
            </p>
          )}
        </div>
      )}
    </div>
  );
}
