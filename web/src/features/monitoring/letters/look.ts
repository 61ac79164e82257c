import { Archive, CircleAlert, CircleCheck, type LucideIcon, RotateCw } from "lucide-react";
import type { DeadLetter } from "@/api/models";
import type { BadgeTone } from "@/components";

export const STATE_LOOK: Record<DeadLetter["state"], { tone: BadgeTone; icon: LucideIcon }> = {
  failed: { tone: "danger", icon: CircleAlert },
  retrying: { tone: "warning", icon: RotateCw },
  resolved: { tone: "success", icon: CircleCheck },
  archived: { tone: "plain", icon: Archive },
};
