import { Ban, CircleAlert, CircleCheck, CircleHelp, CircleMinus, Handshake, type LucideIcon, ShieldAlert, ShieldCheck, ShieldQuestionMark } from "lucide-react";
import type { WebhookPart, WebhookRequest } from "@/api/models";
import type { BadgeTone } from "@/components";

export const RESULT_LOOK: Record<WebhookRequest["result"] | WebhookPart["result"], { tone: BadgeTone; icon: LucideIcon }> = {
  stored: { tone: "success", icon: CircleCheck },
  partly: { tone: "warning", icon: CircleHelp },
  unreadable: { tone: "danger", icon: CircleAlert },
  ignored: { tone: "plain", icon: CircleMinus },
  refused: { tone: "danger", icon: Ban },
  answered: { tone: "plain", icon: Handshake },
};

export const VERDICT_LOOK: Record<WebhookRequest["verdict"], LucideIcon> = {
  valid: ShieldCheck,
  invalid: ShieldAlert,
  missing: ShieldAlert,
  unchecked: ShieldQuestionMark,
};
