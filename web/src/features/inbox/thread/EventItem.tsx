import { ArrowLeftRight, Bot, Check, Merge, RotateCcw, UserRound } from "lucide-react";
import { Trans, useTranslation } from "react-i18next";
import type { ConversationEvent } from "@/api/models";
import { EventLine } from "@/components";
import { useFormat } from "@/features/auth/queries";

const ICONS = { taken_over: UserRound, handed_over: ArrowLeftRight, released: Bot, closed: Check, reopened: RotateCcw, merged: Merge };

/** Who did what to the conversation, in one line. */
export function EventItem({ event, userId }: { event: ConversationEvent; userId: string }) {
  const { t } = useTranslation("inbox");
  const format = useFormat();
  return (
    <EventLine icon={ICONS[event.type]}>
      <Trans t={t} i18nKey={sentenceOf(event, userId)} values={{ name: event.actor.name ?? t("message.unknownAuthor") }} components={{ b: <bdi className="font-medium text-ink-2" /> }} /> ·{" "}
      {event.note && (
        <>
          <bdi>{event.note}</bdi> ·{" "}
        </>
      )}
      <time dateTime={event.at} className="num">
        {format.time(event.at)}
      </time>
    </EventLine>
  );
}

function sentenceOf({ type, actor }: ConversationEvent, userId: string) {
  if (type === "handed_over" || type === "merged") return `event.${type}` as const;
  if (actor.kind === "user") return actor.id === userId ? (`event.${type}You` as const) : (`event.${type}` as const);
  if (type === "closed" || type === "reopened") return `event.${type}System` as const;
  return `event.${type}` as const;
}
