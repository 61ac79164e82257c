import { useTranslation } from "react-i18next";
import type { Channel } from "@/api/models";
import { ApiError } from "@/api/errors";

type Reason = Pick<Channel, "provider" | "status_reason" | "status_reason_code" | "status_reason_details">;

/** Why a number does not connect, in the interface's language. Where we have no code for it, the server's own sentence is shown. */
export function useReasonWords() {
  const { t } = useTranslation("channels");
  const wordsOf = ({ provider, status_reason, status_reason_code, status_reason_details }: Reason): string =>
    status_reason_code ? t(`reasons.${status_reason_code}`, { context: provider, ...status_reason_details, defaultValue: status_reason ?? "" }) : (status_reason ?? "");
  return {
    wordsOf,
    /** The reason that a refusal to store a channel carries; null for any other error. */
    refusalOf: (error: unknown, provider: Channel["provider"]): string | null => {
      if (!(error instanceof ApiError) || !["sub_account_not_read", "credentials_refused"].includes(error.code)) return null;
      const { reason_code, reason, ...details } = error.details as { reason_code: Channel["status_reason_code"]; reason: string } & Record<string, string>;
      return t(error.code === "credentials_refused" ? "refusedChange" : "refused", { reason: wordsOf({ provider, status_reason: reason, status_reason_code: reason_code, status_reason_details: details }) });
    },
  };
}
