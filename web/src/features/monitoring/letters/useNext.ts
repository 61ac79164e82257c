import { useTranslation } from "react-i18next";
import type { DeadLetter } from "@/api/models";
import { useFormat } from "@/features/auth/queries";
import { useNow } from "@/features/inbox/useNow";

/** When a letter is tried again, or who must do something, as a sentence. */
export function useNext(): (letter: DeadLetter) => string {
  const { t } = useTranslation("monitoring");
  const format = useFormat();
  const now = useNow();
  return (letter) => {
    if (letter.state !== "failed") return "";
    if (!letter.next_retry_at) return letter.is_automatic && letter.retry_count > 0 ? t("letters.noMoreTries") : t("letters.onlyYou");
    const at = new Date(letter.next_retry_at);
    return at <= now ? t("letters.nextSoon") : t("letters.nextAt", { when: format.dayKey(at) === format.dayKey(now) ? format.time(at) : format.full(at) });
  };
}
