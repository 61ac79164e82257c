import { useTranslation } from "react-i18next";
import type { Window } from "./window";

/** "19 h 52 m", "38 min": what is left of an open window, in words. */
export function useDuration(): (left: Extract<Window, { state: "open" }>) => string {
  const { t } = useTranslation();
  return ({ hours, minutes }) => {
    if (hours === 0) return t("duration.minutes", { count: minutes });
    return minutes ? t("duration.hoursMinutes", { hours, minutes }) : t("duration.hours", { hours });
  };
}
