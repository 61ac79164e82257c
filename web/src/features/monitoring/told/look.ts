import { CircleAlert, Info, type LucideIcon, TriangleAlert } from "lucide-react";
import type { AccountEvent } from "@/api/models";
import type { BadgeTone } from "@/components";

export const SEVERITY_LOOK: Record<AccountEvent["severity"], { tone: BadgeTone; icon: LucideIcon }> = {
  info: { tone: "plain", icon: Info },
  warning: { tone: "warning", icon: TriangleAlert },
  problem: { tone: "danger", icon: CircleAlert },
};
