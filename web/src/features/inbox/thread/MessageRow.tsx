import { Bot, Boxes, Smartphone } from "lucide-react";
import { useTranslation } from "react-i18next";
import { BubbleRow } from "@/components";
import { useFormat } from "@/features/auth/queries";
import { DeletedBody, Reactions, Versions } from "./Changes";
import { After, Before } from "./Circumstances";
import { FailedCard } from "./FailedCard";
import { MessageBody } from "./MessageBody";
import type { MessageItem } from "./model";
import { SendingNotes } from "./SendingNotes";
import { TickButton } from "./TickButton";
import { UnknownLine } from "./UnknownLine";
import { useTimes } from "./useTimes";
import { WhyButton, WhyMark } from "./why";

/** A message in its place: who said it, what, when, and what became of it. */
export function MessageRow({ item, userId, isNew }: { item: MessageItem; userId: string; isNew: boolean }) {
  const { message, speaker, isGrouped } = item;
  const isOwnAnswer = message.author.id === userId && message.attempt > 0;
  return (
    <BubbleRow
      speaker={speaker}
      isGrouped={isGrouped}
      isNew={isNew && !isOwnAnswer}
      author={speaker !== "customer" && <Author item={item} userId={userId} />}
      footer={item.hasFooter && <Footer item={item} />}
      aside={speaker === "bot" && !item.hasFooter && <WhyMark about={{ messageId: message.id }} />}
    >
      {message.deleted_at ? <DeletedBody item={item} /> : <Live item={item} />}
      <Reactions reactions={message.reactions} isOut={speaker !== "customer"} />
    </BubbleRow>
  );
}

/** What it says, between what brought it and what was wrong with it. */
function Live({ item }: { item: MessageItem }) {
  return (
    <>
      <Before circumstances={item.circumstances} />
      {item.tick === "failed" ? <FailedCard item={item} /> : <MessageBody item={item} />}
      <After circumstances={item.circumstances} />
      <SendingNotes message={item.message} />
    </>
  );
}

function Author({ item, userId }: { item: MessageItem; userId: string }) {
  const { t } = useTranslation(["inbox", "common"]);
  const { author } = item.message;
  if (item.speaker === "bot") {
    return (
      <>
        <Bot aria-hidden="true" strokeWidth={1.75} className="size-3.5 flex-none" />
        <b className="font-medium text-ink-2">{t("message.bot")}</b>
        {author.name && (
          <span>
            · <bdi>{author.name}</bdi>
          </span>
        )}
      </>
    );
  }
  if (author.kind === "phone" || author.kind === "app") {
    const Icon = author.kind === "phone" ? Smartphone : Boxes;
    return (
      <>
        <Icon aria-hidden="true" strokeWidth={1.75} className="size-3.5 flex-none" />
        <b className="font-medium text-ink-2">{t(`message.${author.kind}`)}</b>
      </>
    );
  }
  return <b className="font-medium text-ink-2">{author.id === userId ? t("common:you") : <bdi>{author.name ?? t("message.unknownAuthor")}</bdi>}</b>;
}

function Footer({ item }: { item: MessageItem }) {
  const { t } = useTranslation("inbox");
  const format = useFormat();
  const { message, content, tick } = item;
  const times = useTimes(message);
  return (
    <>
      <time dateTime={message.at} title={format.full(message.at)} className="num">
        {format.time(message.at)}
      </time>
      {content.kind === "reply" && <span>· {t(content.from === "button" ? "message.tappedButton" : "message.tappedList")}</span>}
      {message.is_stale && <span>· {t("message.late")}</span>}
      {tick === "unknown" ? <UnknownLine message={message} /> : tick && tick !== "failed" && <TickButton message={message} tick={tick} />}
      {tick === "failed" && message.failed_at && <span title={times.join(" · ")}>· {t("steps.failed", { time: format.time(message.failed_at) })}</span>}
      {message.sending_state === "retrying" && <span>· {t("message.retrying")}</span>}
      {!message.deleted_at && <Versions item={item} />}
      {item.speaker === "bot" && <WhyButton about={{ messageId: message.id }} />}
    </>
  );
}
