import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { ErrorState } from "@/components";
import { useReplay } from "../queries";
import { useReplayWords } from "./useReplayWords";

type Replaying = { replay: (ids: readonly string[], onDone?: () => void) => void; isReplaying: boolean; said: ReactNode };

/** Replaying requests; what came of it stays on the page, in words. */
export function useReplaying(): Replaying {
  const { t } = useTranslation("monitoring");
  const mutation = useReplay();
  const words = useReplayWords();
  const said = mutation.error ? (
    <div className="mb-3">
      <ErrorState title={t("journal.replayFailed")} text={t("journal.replayFailedText")} error={mutation.error} />
    </div>
  ) : (
    mutation.data && (
      <p role="status" className="mb-3 rounded-lg border border-line bg-surface px-3.5 py-2.5 text-13">
        {words(mutation.data)}
      </p>
    )
  );
  return {
    replay: (ids, onDone) => mutation.mutate(ids, { onSuccess: () => onDone?.() }),
    isReplaying: mutation.isPending,
    said,
  };
}
