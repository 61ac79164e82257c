import { Contact, Mail, Phone } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Avatar, Bubble, type Speaker } from "@/components";
import type { Card, ThingContent } from "../things";

type ContactsBodyProps = { content: Extract<ThingContent, { kind: "contacts" }>; speaker: Speaker; isGrouped: boolean };

/** Cards that were sent; the customer's own number, where it was asked for, says that it is theirs. */
export function ContactsBody({ content, speaker, isGrouped }: ContactsBodyProps) {
  return (
    <Bubble speaker={speaker} isGrouped={isGrouped} isText={false}>
      <ul className="grid gap-2.5">
        {content.cards.map((card, index) => (
          <CardItem key={index} card={card} />
        ))}
      </ul>
    </Bubble>
  );
}

function CardItem({ card }: { card: Card }) {
  const { t } = useTranslation("inbox");
  const name = card.name ?? (card.isOwn ? t("contact.own") : t("contact.unnamed"));
  return (
    <li className="flex items-start gap-2.5">
      {card.name ? (
        <Avatar name={card.name} size="sm" />
      ) : (
        <span className="grid size-7 flex-none place-items-center rounded-full bg-line text-ink-2">
          <Contact aria-hidden="true" strokeWidth={1.75} className="size-4" />
        </span>
      )}
      <span className="min-w-0">
        <span dir="auto" className="block font-medium">
          {name}
        </span>
        {card.company && (
          <span dir="auto" className="block text-13 text-ink-2">
            {card.company}
          </span>
        )}
        {card.phones.map((phone) => (
          <a key={phone} href={`tel:${phone.replace(/[^+\d]/gu, "")}`} className="flex w-fit items-center gap-1.5 text-13 text-ink-2 underline underline-offset-2 pointer-coarse:min-h-11">
            <Phone aria-hidden="true" strokeWidth={1.75} className="size-3.5 flex-none" />
            <span className="num ltr">{phone}</span>
          </a>
        ))}
        {card.emails.map((email) => (
          <a key={email} href={`mailto:${email}`} className="flex w-fit max-w-full items-center gap-1.5 text-13 text-ink-2 underline underline-offset-2 pointer-coarse:min-h-11">
            <Mail aria-hidden="true" strokeWidth={1.75} className="size-3.5 flex-none" />
            <span className="ltr min-w-0 break-all">{email}</span>
          </a>
        ))}
      </span>
    </li>
  );
}
