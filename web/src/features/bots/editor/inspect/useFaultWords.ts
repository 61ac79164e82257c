import { useTranslation } from "react-i18next";
import type { Fault } from "@/api/models";

/** A fault in the interface's language. In English the server's own words say more, with numbers and names. */
export function useFaultWords(): (fault: Fault) => string {
  const { t, i18n } = useTranslation("editor");
  return (fault) => {
    if (i18n.language === "en") return fault.message;
    return t(`fault.${fault.code.replaceAll("_", "-")}` as "fault.empty", { defaultValue: fault.message, subject: fault.subject ?? "", other: fault.elsewhere?.bot_name ?? "" });
  };
}
