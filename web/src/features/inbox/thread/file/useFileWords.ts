import { useTranslation } from "react-i18next";
import { useFormat } from "@/features/auth/queries";

const MB = 1024 * 1024;

/** Sizes and lengths of files in words. */
export function useFileWords() {
  const { t } = useTranslation("inbox");
  const format = useFormat();
  return {
    /** 7.2 MB, 640 KB; what is less than one and not empty is one. */
    size: (bytes: number) => (bytes >= MB ? t("file.mb", { size: format.number(Math.round((bytes / MB) * 10) / 10) }) : t("file.kb", { size: format.number(Math.max(Math.min(bytes, 1), Math.round(bytes / 1024))) })),
  };
}

/** 0:06, 12:40 */
export function clockOf(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}
