import { useTranslation } from "react-i18next";
import type { ActDialogProps } from "./ActButtons";
import { ActDialog } from "./ActDialog";
import { useNameOf } from "./useNameOf";

/** Ends a session where it stands. */
export function EndDialog({ session, onClose }: ActDialogProps) {
  const { t } = useTranslation("people");
  const name = useNameOf(session);
  return <ActDialog session={session} title={t("do.endTitle", { name })} text={t("do.endText")} go={t("do.endGo")} isDanger read={() => ({ act: "end" })} onClose={onClose} />;
}
