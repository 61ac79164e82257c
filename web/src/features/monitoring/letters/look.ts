import { Archive, CircleAlert, CircleCheck, type LucideIcon, RotateCw } from "lucide-react";
import type { DeadLetter } from "@/api/models";
import type { BadgeTone } from "@/components";

/** What to call the person of a letter, if anything is known. */
export function calledIn({ contact }: DeadLetter): string | null {
  return contact?.name ?? contact?.phone ?? (contact?.username ? `@${contact.username}` : null);
}

export const STATE_LOOK: Record<DeadLetter["state"], { tone: BadgeTone; icon: LucideIcon }> = {
  failed: { tone: "danger", icon: CircleAlert },
  retrying: { tone: "warning", icon: RotateCw },
  resolved: { tone: "success", icon: CircleCheck },
  archived: { tone: "plain", icon: Archive },
};
