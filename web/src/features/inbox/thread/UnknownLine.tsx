import { CircleQuestionMark } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { Message } from "@/api/models";
import { useMay } from "@/features/workspace/useMay";
import { useRetry } from "../queries";

/** The answer was lost on the wire. We are finding out; a person may decide not to wait. */
export function UnknownLine({ message }: { message: Message }) {
  const { t } = useTranslation("inbox");
  const retry = useRetry();
  const mayWrite = useMay("conversations:write");
  return (
    <>
      <span aria-hidden="true">·</span>
      <span className="inline-flex items-center gap-[3px] font-medium text-warning">
        <CircleQuestionMark aria-hidden="true" strokeWidth={1.75} className="size-3.5 flex-none" />
        <span title={t("message.checking")}>{t("message.checkingShort")}</span>
        <span className="sr-only">{t("message.checking")}</span>
      </span>
      {mayWrite !== false && (
        <button type="button" onClick={() => !retry.isPending && retry.mutate(message)} className="min-h-6 px-1 font-medium text-ink-2 underline underline-offset-2">
          {t("message.sendAnyway")}
        </button>
      )}
    </>
  );
}
