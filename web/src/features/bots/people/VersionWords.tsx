import { useTranslation } from "react-i18next";

/** A version by its number; null is a draft that somebody tries. */
export function VersionWords({ version }: { version: number | null }) {
  const { t } = useTranslation("bots");
  return version === null ? t("draft") : t("version", { number: version });
}
