import { Link } from "@tanstack/react-router";
import { CircleAlert, CircleQuestionMark, Timer } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { Conversation } from "@/api/models";
import { Avatar, Badge, Count, cx, PhoneNumber, Tick } from "@/components";
import { useFormat } from "@/features/auth/queries";
import { tickOf } from "../status";
import { useDuration } from "../useDuration";
import { windowAt } from "../window";
import { isOwn, nameOf, previewOf } from "../words";

type ConversationRowProps = { conversation: Conversation; userId: string; isSelected: boolean; isChannelShown: boolean; now: Date };

/** A person, the last thing said, and what needs doing. */
export function ConversationRow({ conversation, userId, isSelected, isChannelShown, now }: ConversationRowProps) {
  const { t } = useTranslation("inbox");
  const format = useFormat();
  const name = nameOf(conversation.contact, t);
  const last = conversation.last_message;
  const isUnread = conversation.unread > 0;
  const tick = last && last.direction === "out" ? tickOf(last) : null;
  return (
    <Link
      to="/inbox/$conversationId"
      params={{ conversationId: conversation.id }}
      search={(search) => search}
      aria-current={isSelected || undefined}
      data-conversation={conversation.id}
      className={cx("flex gap-[11px] rounded-[10px] p-[10px] -outline-offset-2!", isSelected ? "bg-surface shadow-[0_0_0_1px_var(--line),var(--shadow-1)]" : "hover:bg-hover")}
    >
      <Avatar name={name} size="list" mode={conversation.mode} modeEdge={isSelected ? "border-surface" : "border-canvas"} />
      <span className="block min-w-0 grow">
        <span className="flex items-center gap-2">
          <span dir="auto" className={cx("cut min-w-0 grow", isUnread ? "font-semibold" : "font-medium")}>
            {name === conversation.contact.phone ? <PhoneNumber number={name} /> : name}
          </span>
          <time dateTime={conversation.last_at} className="num text-12 text-ink-3">
            {format.short(conversation.last_at, now)}
          </time>
        </span>
        <span className={cx("flex items-center gap-2 text-13", isUnread ? "text-ink" : "text-ink-3")}>
          {last && isOwn(last, userId) && <span className="-me-1 flex-none">{t("youSaid")}</span>}
          <span dir="auto" className="cut min-w-0 grow">
            {last && previewOf(last, t)}
          </span>
          {isUnread ? <Count value={format.number(conversation.unread)} label={t("unread", { count: conversation.unread })} /> : tick && <Tick state={tick} />}
        </span>
        {conversation.found_by && <span className="cut block text-12 text-ink-3">{t("foundBy", { value: conversation.found_by })}</span>}
        {isChannelShown && (
          <span dir="auto" className="cut block text-12 text-ink-3">
            {conversation.channel.name}
          </span>
        )}
        <RowBadges conversation={conversation} userId={userId} tick={tick} now={now} />
      </span>
    </Link>
  );
}

function RowBadges({ conversation, userId, tick, now }: { conversation: Conversation; userId: string; tick: ReturnType<typeof tickOf>; now: Date }) {
  const { t } = useTranslation("inbox");
  const duration = useDuration();
  const left = windowAt(conversation.window_expires_at, now);
  const isShort = left.state === "open" && left.isShort && conversation.mode !== "closed";
  const { assignee } = conversation;
  const colleague = conversation.mode === "human" && assignee?.id !== userId ? assignee : null;
  if (!isShort && tick !== "failed" && tick !== "unknown" && !colleague) return null;
  return (
    <span className="mt-[5px] flex flex-wrap gap-[5px]">
      {colleague && (
        <Badge tone="human">
          <bdi>{colleague.name}</bdi>
        </Badge>
      )}
      {isShort && (
        <Badge tone="warning" icon={Timer}>
          {t("window.badge", { duration: duration(left) })}
        </Badge>
      )}
      {tick === "failed" && (
        <Badge tone="danger" icon={CircleAlert}>
          {t("preview.notDelivered")}
        </Badge>
      )}
      {tick === "unknown" && (
        <Badge tone="warning" icon={CircleQuestionMark}>
          {t("preview.checking")}
        </Badge>
      )}
    </span>
  );
}
