import { CircleAlert } from "lucide-react";
import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import type { RetriedLetters } from "@/api/models";
import { useToast } from "@/components";
import { useErrorWords } from "@/i18n/useErrorWords";
import { useRetryLetters } from "../queries";

type RetrySelection = { retry: (ids: readonly string[], onDone?: () => void) => void; isRetrying: boolean; said: ReactNode };

/** Retrying some letters, and what came of it in words: what was refused stays on the page with its reasons. */
export function useRetrySelection(): RetrySelection {
  const { t } = useTranslation("monitoring");
  const { reasonOf } = useErrorWords();
  const toast = useToast();
  const mutation = useRetryLetters();
  const [refused, setRefused] = useState<RetriedLetters["results"]>([]);
  const retry = (ids: readonly string[], onDone?: () => void) =>
    mutation.mutate(ids, {
      onSuccess: (result) => {
        setRefused(result.results.filter(({ outcome }) => outcome === "refused"));
        const begun = result.retrying + result.already;
        if (begun > 0) toast({ text: t("letters.begun", { count: begun }) });
        onDone?.();
      },
    });
  const reasons = new Map<string, number>();
  for (const { code, reason } of refused) {
    const words = code ? t(`errors:${code}` as "errors:window_closed", { defaultValue: reason ?? code }) : (reason ?? "");
    reasons.set(words, (reasons.get(words) ?? 0) + 1);
  }
  const said = (mutation.error || reasons.size > 0) && (
    <div role="alert" className="mb-3 rounded-lg border border-line bg-surface px-3.5 py-3 text-13">
      <p className="flex items-center gap-1.5 font-medium text-danger">
        <CircleAlert aria-hidden="true" strokeWidth={1.75} className="size-4 flex-none" />
        {mutation.error ? t("letters.retryFailed") : t("letters.refused", { count: refused.length })}
      </p>
      {mutation.error && <p className="text-ink-2">{reasonOf(mutation.error)}</p>}
      <ul className="text-ink-2">
        {[...reasons].map(([words, count]) => (
          <li key={words}>{t("letters.reason", { count, words })}</li>
        ))}
      </ul>
    </div>
  );
  return { retry, isRetrying: mutation.isPending, said };
}
