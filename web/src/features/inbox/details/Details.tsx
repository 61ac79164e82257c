import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { Conversation } from "@/api/models";
import { Avatar, Badge, MODE_LOOK, PhoneNumber } from "@/components";
import { useFormat } from "@/features/auth/queries";
import { useDuration } from "../useDuration";
import type { Window } from "../window";
import { holderOf, nameOf } from "../words";
import { MergedPeople } from "./MergedPeople";

/** Who the customer is, on which line, and until when we may write. */
export function Details({ conversation, left, userId }: { conversation: Conversation; left: Window; userId: string }) {
  const { t } = useTranslation("inbox");
  const format = useFormat();
  const duration = useDuration();
  const { contact, channel, bot } = conversation;
  const name = nameOf(contact, t);
  const look = MODE_LOOK[conversation.mode];
  return (
    <div className="p-5">
      <div className="flex items-center gap-3 max-wide:pe-8">
        <Avatar name={name} size="lg" />
        <div className="min-w-0">
          <h2 dir="auto" className="cut text-16 leading-[22px]">
            {name === contact.phone ? <PhoneNumber number={name} /> : name}
          </h2>
          <p className="text-13 text-ink-3">{t("details.since", { date: format.date(conversation.created_at) })}</p>
        </div>
      </div>
      <div className="mt-3 flex flex-wrap gap-[5px]">
        <Badge tone={look.tone} icon={look.icon}>
          {holderOf(conversation, userId, t)}
        </Badge>
      </div>
      <Block title={t("details.about")}>
        <Row label={t("details.phone")}>{contact.phone ? <PhoneNumber number={contact.phone} /> : <span className="text-ink-3">{t("details.noPhone")}</span>}</Row>
        {contact.username && (
          <Row label={t("details.username")}>
            <span className="ltr">@{contact.username}</span>
          </Row>
        )}
        {contact.user_id && (
          <Row label={t("details.userId")}>
            <span className="ltr font-mono text-12 break-all">{contact.user_id}</span>
          </Row>
        )}
        <Row label={t("details.language")}>{contact.language ? format.languageName(contact.language) : <span className="text-ink-3">{t("details.unknown")}</span>}</Row>
      </Block>
      <Block title={t("details.channel")}>
        <Row label={t("details.channel")}>
          <bdi>{channel.name}</bdi>
        </Row>
        <Row label={t("details.number")}>
          <PhoneNumber number={channel.number} />
        </Row>
        <Row label={t("details.window")}>{left.state === "open" ? t("details.open", { duration: duration(left) }) : t("window.shut")}</Row>
        {bot && (
          <Row label={t("details.bot")}>
            {bot.version === null ? <bdi>{bot.name}</bdi> : t("details.botVersion", { name: bot.name, version: bot.version })}{" "}
            <Link to="/flows/$botId/people" params={{ botId: bot.id }} search={{ conversation: conversation.id }} className="underline">
              {t("details.inFlow")}
            </Link>
          </Row>
        )}
      </Block>
      <MergedPeople contactId={contact.id} />
    </div>
  );
}

function Block({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className="mt-4 border-t border-line pt-4">
      <h3 className="mb-2 text-12 font-medium tracking-normal text-ink-3">{title}</h3>
      <dl className="grid grid-cols-[88px_1fr] gap-y-1.5 text-13">{children}</dl>
    </section>
  );
}

function Row({ label, children }: { label: string; children: ReactNode }) {
  return (
    <>
      <dt className="text-ink-3">{label}</dt>
      <dd className="min-w-0">{children}</dd>
    </>
  );
}
