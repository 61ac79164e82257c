import { ArrowLeftRight, Info, Phone, PhoneIncoming, PhoneMissed, PhoneOutgoing, ShieldAlert } from "lucide-react";
import { useTranslation } from "react-i18next";
import { EventLine } from "@/components";
import { useFormat } from "@/features/auth/queries";
import type { ThingContent } from "../things";
import type { NoticeItem as Item } from "./model";

type Notice = Extract<ThingContent, { kind: "call" | "system" }>;

/** What happened without anybody having said something: a call, another number, another device. One line. */
export function NoticeItem({ item }: { item: Item }) {
  const format = useFormat();
  const { message, content } = item;
  return (
    <EventLine icon={iconOf(content)}>
      <Sentence content={content} /> ·{" "}
      <time dateTime={message.at} title={format.full(message.at)} className="num">
        {format.time(message.at)}
      </time>
    </EventLine>
  );
}

function Sentence({ content }: { content: Notice }) {
  const { t } = useTranslation("inbox");
  const format = useFormat();
  if (content.kind === "call") {
    const words = t(`call.${content.direction}.${callStatus(content.status)}`);
    return content.seconds ? (
      <>
        {words} · <span className="num">{format.duration(content.seconds)}</span>
      </>
    ) : (
      words
    );
  }
  switch (content.event) {
    case "user_changed_number":
      return (
        <>
          {t("system.changedNumber")} {content.phone && <bdi className="num font-medium text-ink-2">+{content.phone.replace(/^\+/u, "")}</bdi>}
        </>
      );
    case "user_changed_user_id":
      return t("system.changedId");
    case "customer_identity_changed":
      return t("system.changedDevice");
    case "request_welcome":
      return t("system.opened");
    default:
      return content.body ? <bdi dir="auto">{content.body}</bdi> : t("system.other");
  }
}

const STATUSES = ["ringing", "answered", "ended", "missed", "rejected", "failed"] as const;

function callStatus(status: string): (typeof STATUSES)[number] {
  return STATUSES.find((known) => known === status) ?? "ended";
}

function iconOf(content: Notice) {
  if (content.kind === "call") {
    if (content.status === "missed" || content.status === "failed" || content.status === "rejected") return PhoneMissed;
    return content.status === "ringing" ? Phone : content.direction === "in" ? PhoneIncoming : PhoneOutgoing;
  }
  if (content.event === "customer_identity_changed") return ShieldAlert;
  return content.event?.startsWith("user_changed") ? ArrowLeftRight : Info;
}
