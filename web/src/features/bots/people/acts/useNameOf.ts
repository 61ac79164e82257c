import { useTranslation } from "react-i18next";
import type { FlowSession } from "@/api/models";

/** What somebody is called in a question: by name, else by number. */
export function useNameOf(session: FlowSession): string {
  const { t } = useTranslation("people");
  return session.contact.name ?? session.contact.phone ?? t("nobody");
}
