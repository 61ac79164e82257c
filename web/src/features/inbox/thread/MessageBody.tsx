import { useTranslation } from "react-i18next";
import { Bubble, BubbleChoices, MarkedText } from "@/components";
import { FileBody } from "./file/FileBody";
import { ListBody } from "./ListBody";
import { LocationBody } from "./LocationBody";
import type { MessageItem } from "./model";
import { RawDetails, ThingBody } from "./ThingBody";

/** What a message says, by kind. */
export function MessageBody({ item }: { item: MessageItem }) {
  const { t } = useTranslation("inbox");
  const { content, speaker, isGrouped, chosenId } = item;
  const bubble = { speaker, isGrouped };
  if (item.message.deleted_at) {
    return (
      <Bubble {...bubble} isText={false}>
        <span className="text-ink-2">{t("message.deleted")}</span>
      </Bubble>
    );
  }
  switch (content.kind) {
    case "text":
      return (
        <Bubble {...bubble}>
          <MarkedText>{content.body}</MarkedText>
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
    case "thing":
      return <ThingBody content={content} {...bubble} />;
    case "unsupported":
      return (
        <Bubble {...bubble} isText={false}>
          <span className="text-ink-2">{t("message.unsupported", { type: content.type })}</span>
          <RawDetails raw={content.raw} />
        </Bubble>
      );
  }
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
