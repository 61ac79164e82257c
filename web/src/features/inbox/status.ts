import type { TickState } from "@/components";
import type { Message } from "@/api/models";

type Progress = { status: Message["status"]; sending_state?: Message["sending_state"] };

/** Two machines in one sign: the message's status says how far it came, the outbox's state what we are doing about it. Null for incoming ones. */
export function tickOf({ status, sending_state }: Progress): TickState | null {
  if (sending_state === "unknown") return "unknown";
  switch (status) {
    case "received":
      return null;
    case "pending":
      return sending_state === "dead" || sending_state === "cancelled" ? "failed" : "waiting";
    case "accepted":
    case "sent":
      return "sent";
    case "delivered":
      return "delivered";
    case "read":
    case "played":
      return "read";
    case "failed":
      return "failed";
  }
}
