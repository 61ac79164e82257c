import { useTranslation } from "react-i18next";
import type { ReplayResult } from "@/api/models";

/** What a replay came to: "1 handled now, 3 were handled already." */
export function useReplayWords(): (result: ReplayResult) => string {
  const { t } = useTranslation("monitoring");
  return (result) => {
    const parts = [
      t("journal.replayed.now", { count: result.handled_now }),
      t("journal.replayed.already", { count: result.handled_already }),
      ...(["waiting", "dead", "unreadable", "refused", "ignored"] as const).flatMap((name) => (result[name] > 0 ? [t(`journal.replayed.${name}`, { count: result[name] })] : [])),
    ];
    return t("sentence", { parts: parts.join(t("comma")) });
  };
}
