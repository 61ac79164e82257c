import type { TFunction } from "i18next";
import type { Conversation, Message } from "@/api/models";
import { FILE_KINDS, type FileKind, readContent } from "./content";
import { THINGS, type Thing } from "./things";

type InboxT = TFunction<"inbox">;

/** What to call a contact: the name, else the number, else the username, else the user id. None of the last three is of this page's direction: show it in `<bdi>`. */
export function nameOf(contact: Conversation["contact"], t: InboxT): string {
  return contact.name ?? contact.phone ?? (contact.username ? `@${contact.username}` : contact.user_id) ?? t("details.unnamed");
}

/** The last message in one line. What has no words gets a word for its kind. */
export function previewOf(message: NonNullable<Conversation["last_message"]>, t: InboxT): string {
  return message.is_deleted ? t("preview.deleted") : message.preview.trim() || kindWord(message, t);
}

/** Whether the reader wrote it. */
export function isOwn({ direction, author }: NonNullable<Conversation["last_message"]>, userId: string): boolean {
  return direction === "out" && author.kind === "user" && author.id === userId;
}

function kindWord({ type, is_voice }: NonNullable<Conversation["last_message"]>, t: InboxT): string {
  return t(`preview.${is_voice ? "voice" : isNamed(type) ? type : "unsupported"}`);
}

/** A message in a few words, for who hears the thread instead of seeing it. */
export function wordsOf(message: Message, t: InboxT): string {
  const content = readContent(message);
  const isVoice = content.kind === "file" && content.isVoice;
  const kind = t(`preview.${isVoice ? "voice" : isNamed(message.type) ? message.type : "unsupported"}`);
  switch (content.kind) {
    case "text":
    case "buttons":
    case "list":
      return content.body;
    case "reply":
      return content.title;
    case "file":
      return content.caption ?? kind;
    case "contacts":
      return content.cards.find((card) => card.name)?.name ?? kind;
    case "order":
      return content.note ?? kind;
    default:
      return kind;
  }
}

/** Kinds of message that have a name of their own in the words of previews. */
export function isNamed(type: string): type is Thing | FileKind | "location" {
  return type === "location" || [...THINGS, ...FILE_KINDS].some((named) => named === type);
}

/** Who has the conversation, from the reader's side. */
export function holderOf({ mode, assignee, other_app }: Conversation, userId: string, t: InboxT): string {
  if (other_app !== null) return t("header.withApp");
  if (mode === "bot") return t("header.withBot");
  if (mode === "closed") return t("header.closed");
  if (!assignee) return t("header.unassigned");
  return assignee.id === userId ? t("header.withYou") : t("header.withName", { name: assignee.name });
}
