import type { TFunction } from "i18next";
import { useTranslation } from "react-i18next";
import { Bubble, BubbleChoices, MarkedText } from "@/components";
import type { Content } from "../content";
import { LinkCard } from "./Circumstances";
import { ContactsBody } from "./ContactsBody";
import { FormBody } from "./FormBody";
import { FileBody } from "./file/FileBody";
import { ListBody } from "./ListBody";
import { LocationBody } from "./LocationBody";
import type { MessageItem } from "./model";
import { OrderBody } from "./OrderBody";
import { PermissionBody } from "./PermissionBody";
import { RawFold } from "./RawFold";

/** Kinds that people send and WhatsApp passes on to no business. */
const UNSUPPORTED = ["poll", "edit", "view_once", "event", "list", "media_placeholder"] as const;

/** What a message says, by kind. */
export function MessageBody({ item }: { item: MessageItem }) {
  const { t } = useTranslation("inbox");
  const { content, speaker, isGrouped, chosenId } = item;
  const bubble = { speaker, isGrouped };
  switch (content.kind) {
    case "text":
      return (
        <Bubble {...bubble}>
          <MarkedText>{content.body}</MarkedText>
          {content.hasPreview && <LinkCard body={content.body} />}
        </Bubble>
      );
    case "reply":
      return (
        <Bubble {...bubble}>
          {content.title}
          {content.description && <span className="block text-13 text-ink-2">{content.description}</span>}
        </Bubble>
      );
    case "buttons":
      return (
        <>
          <Bubble {...bubble}>
            <Framed header={content.header} footer={content.footer} body={content.body} />
          </Bubble>
          <BubbleChoices tappedLabel={t("message.tapped")} choices={content.choices.map((choice) => ({ ...choice, isTapped: choice.id === chosenId }))} />
        </>
      );
    case "list":
      return (
        <>
          <Bubble {...bubble}>
            <Framed header={content.header} footer={content.footer} body={content.body} />
          </Bubble>
          <ListBody content={content} chosenId={chosenId} />
        </>
      );
    case "file":
      return <FileBody content={content} conversationId={item.message.conversation_id} {...bubble} />;
    case "location":
      return <LocationBody content={content} {...bubble} />;
    case "contacts":
      return <ContactsBody content={content} {...bubble} />;
    case "order":
      return <OrderBody content={content} {...bubble} />;
    case "form":
    case "address":
      return <FormBody content={content} {...bubble} />;
    case "permission":
      return <PermissionBody content={content} {...bubble} />;
    case "call":
    case "system":
      return null; // lines of the thread, not bubbles
    case "unsupported":
      return (
        <Bubble {...bubble} isText={false}>
          <span className="text-ink-2">{sayUnsupported(content, t)}</span>
          <RawFold label={t("message.showRaw")} value={content.raw} />
        </Bubble>
      );
  }
}

/** Words for what WhatsApp says that it is; else its own name for it. */
function sayUnsupported({ type, of }: Extract<Content, { kind: "unsupported" }>, t: TFunction<"inbox">): string {
  const name = of ?? type;
  const known = UNSUPPORTED.find((one) => one === name);
  return known ? t(`unsupported.${known}`) : type === "unsupported" ? t("unsupported.other") : t("message.unsupported", { type: name });
}

function Framed({ header, body, footer }: { header: string | null; body: string; footer: string | null }) {
  return (
    <>
      {header && (
        <span dir="auto" className="block font-semibold">
          {header}
        </span>
      )}
      <MarkedText>{body}</MarkedText>
      {footer && (
        <span dir="auto" className="mt-1 block text-12 text-ink-2">
          {footer}
        </span>
      )}
    </>
  );
}
