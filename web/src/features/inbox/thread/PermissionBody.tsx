import { PhoneCall, PhoneOff } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Bubble, type Speaker } from "@/components";
import { useFormat } from "@/features/auth/queries";
import type { ThingContent } from "../things";

type PermissionBodyProps = { content: Extract<ThingContent, { kind: "permission" }>; speaker: Speaker; isGrouped: boolean };

/** Whether the customer may be called, and until when. */
export function PermissionBody({ content, speaker, isGrouped }: PermissionBodyProps) {
  const { t } = useTranslation("inbox");
  const format = useFormat();
  const { isGranted, isPermanent, expiresAt } = content;
  const Icon = isGranted ? PhoneCall : PhoneOff;
  return (
    <Bubble speaker={speaker} isGrouped={isGrouped} isText={false}>
      <span className="flex items-center gap-2">
        <Icon aria-hidden="true" strokeWidth={1.75} className="size-4 flex-none text-ink-2" />
        <span>
          {t(isGranted ? "permission.granted" : "permission.refused")}
          {isGranted && !isPermanent && expiresAt && <span className="block text-13 text-ink-2">{t("permission.until", { date: format.date(expiresAt) })}</span>}
        </span>
      </span>
    </Bubble>
  );
}
