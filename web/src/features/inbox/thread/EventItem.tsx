import { ArrowLeftRight, Bot, Boxes, Check, CircleAlert, Merge, RotateCcw, Smartphone, Split, UserRound, UserRoundX } from "lucide-react";
import { Trans, useTranslation } from "react-i18next";
import type { ConversationEvent } from "@/api/models";
import { EventLine } from "@/components";
import { useTraceWords } from "@/features/bots/traces/useTraceWords";
import { useFormat } from "@/features/auth/queries";
import { WhyButton } from "./why";

const ICONS = { taken_over: UserRound, handed_over: ArrowLeftRight, released: Bot, closed: Check, reopened: RotateCcw, merged: Merge, parted: Split, unassigned: UserRoundX, flow_failed: CircleAlert };

/** Where an app's role has a word. */
const ROLES = ["ai_agent", "customer_service", "marketing", "utility", "ctwa", "escalation"] as const;

/** Who did what to the conversation, in one line. */
export function EventItem({ event, userId }: { event: ConversationEvent; userId: string }) {
  const { t } = useTranslation("inbox");
  const format = useFormat();
  const { error } = useTraceWords();
  const { actor } = event;
  const role = ROLES.find((known) => known === actor.name);
  const name = actor.kind === "app" ? (role ? t(`role.${role}`) : (actor.name ?? t("role.unknown"))) : (actor.name ?? t("message.unknownAuthor"));
  return (
    <EventLine icon={actor.kind === "phone" ? Smartphone : actor.kind === "app" ? Boxes : ICONS[event.type]}>
      <Trans t={t} i18nKey={sentenceOf(event, userId)} values={{ name }} components={{ b: <bdi className="font-medium text-ink-2" /> }} /> ·{" "}
      {event.note && (
        <>
          <bdi>{event.type === "flow_failed" ? error({ code: event.note, message: "" }) : event.note}</bdi> ·{" "}
        </>
      )}
      <time dateTime={event.at} className="num">
        {format.time(event.at)}
      </time>
      {actor.kind === "bot" && (
        <>
          {" "}
          · <WhyButton about={{ eventId: event.id }} />
        </>
      )}
    </EventLine>
  );
}

function sentenceOf({ type, actor }: ConversationEvent, userId: string) {
  if (actor.kind === "phone") return "event.phone";
  if (actor.kind === "app") return type === "handed_over" ? "event.handed_overApp" : "event.taken_overApp";
  if (type === "handed_over" || type === "merged" || type === "flow_failed" || type === "unassigned") return `event.${type}` as const;
  if (actor.kind === "user") return actor.id === userId ? (`event.${type}You` as const) : (`event.${type}` as const);
  if (type === "closed" || type === "reopened") return `event.${type}System` as const;
  return `event.${type}` as const;
}
