import { List, Paperclip } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { Message, SpokenMessage } from "@/api/models";
import { Bubble, cx, MarkedText } from "@/components";
import { type Choice, FILE_KINDS, readContent } from "@/features/inbox/content";
import { LocationBody } from "@/features/inbox/thread/LocationBody";

export type Tap = { type: "button_reply" | "list_reply"; id: string; title: string };
type SpokenProps = { message: SpokenMessage; isGrouped: boolean; tapped: string | null; /** Absent where nothing can be tapped any more. */ onTap?: (message: Tap) => void };

/** What the bot said, as a phone shows it. Files are named: a preview does not have them. */
export function SpokenBody({ message, isGrouped, tapped, onTap }: SpokenProps) {
  const { t } = useTranslation("preview");
  const bubble = { speaker: "bot", isGrouped } as const;
  if (isFile(message.type)) return <FileNote message={message} isGrouped={isGrouped} />;
  const content = readContent(message as Pick<Message, "type" | "content">);
  switch (content.kind) {
    case "text":
      return (
        <Bubble {...bubble}>
          <MarkedText>{content.body}</MarkedText>
        </Bubble>
      );
    case "buttons":
      return (
        <>
          <Framed {...content} isGrouped={isGrouped} />
          <Choices type="button_reply" choices={content.choices} tapped={tapped} {...(onTap && { onTap })} />
        </>
      );
    case "list":
      return (
        <>
          <Framed {...content} isGrouped={isGrouped} />
          <section aria-label={content.button} className="mt-[5px] grid w-full gap-1.5 rounded-md border border-accent-line p-1.5">
            <p dir="auto" className="flex items-center gap-1.5 px-1 text-[12.5px] font-medium text-accent-ink">
              <List aria-hidden="true" strokeWidth={1.75} className="size-3.5 flex-none" />
              {content.button}
            </p>
            {content.sections.map((section, at) => (
              <div key={section.title ?? at}>
                {section.title && (
                  <p dir="auto" className="px-1 text-12 font-medium text-ink-3">
                    {section.title}
                  </p>
                )}
                <Choices type="list_reply" choices={section.choices} tapped={tapped} {...(onTap && { onTap })} />
              </div>
            ))}
          </section>
        </>
      );
    case "location":
      return <LocationBody content={content} {...bubble} />;
    default:
      return (
        <Bubble {...bubble}>
          <span className="text-ink-2">{t("other", { type: message.type })}</span>
        </Bubble>
      );
  }
}

type ChoicesProps = { type: Tap["type"]; choices: readonly Choice[]; tapped: string | null; onTap?: (message: Tap) => void };

function Choices({ type, choices, tapped, onTap }: ChoicesProps) {
  const { t } = useTranslation("inbox");
  return (
    <ul className={cx("mt-[5px] flex gap-1.5", type === "button_reply" ? "flex-wrap justify-end" : "flex-col")}>
      {choices.map(({ id, title, description }) => {
        const look = cx("block w-full rounded-md border border-accent-line px-2.5 py-1 text-start text-[12.5px] leading-[18px] font-medium text-accent-ink", id === tapped && "bg-accent-soft");
        const words = (
          <>
            <bdi>{title}</bdi>
            {description && <span className="block text-12 font-normal text-ink-2">{description}</span>}
            {id === tapped && <span className="sr-only"> {t("message.tapped")}</span>}
          </>
        );
        return (
          <li key={id}>
            {onTap ? (
              <button type="button" onClick={() => onTap({ type, id, title })} className={cx(look, "bg-surface hover:bg-accent-soft pointer-coarse:min-h-11")}>
                {words}
              </button>
            ) : (
              <span className={look}>{words}</span>
            )}
          </li>
        );
      })}
    </ul>
  );
}

function Framed({ header, body, footer, isGrouped }: { header: string | null; body: string; footer: string | null; isGrouped: boolean }) {
  return (
    <Bubble speaker="bot" isGrouped={isGrouped}>
      {header && <span className="block font-semibold">{header}</span>}
      <MarkedText>{body}</MarkedText>
      {footer && <span className="mt-1 block text-12 text-ink-2">{footer}</span>}
    </Bubble>
  );
}

type FileKind = (typeof FILE_KINDS)[number];
const isFile = (type: string): type is FileKind => FILE_KINDS.some((kind) => kind === type);

function FileNote({ message, isGrouped }: { message: SpokenMessage; isGrouped: boolean }) {
  const { t } = useTranslation("preview");
  const textOf = (name: string) => (typeof message.content[name] === "string" ? (message.content[name] as string) : null);
  const caption = textOf("caption");
  return (
    <Bubble speaker="bot" isGrouped={isGrouped}>
      <span className="flex items-center gap-1.5 text-ink-2">
        <Paperclip aria-hidden="true" strokeWidth={1.75} className="size-4 flex-none" />
        <span>{t(`file.${message.type as FileKind}`)}</span>
        <bdi className="cut">{textOf("filename") ?? textOf("url")}</bdi>
      </span>
      {caption && <MarkedText>{caption}</MarkedText>}
    </Bubble>
  );
}
