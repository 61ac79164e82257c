import { Ban } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { Message } from "@/api/models";
import { cx } from "@/components";
import { useFormat } from "@/features/auth/queries";
import { readContent } from "../content";
import { MessageBody } from "./MessageBody";
import type { MessageItem } from "./model";

/** What people put on a message, at its lower edge. */
export function Reactions({ reactions, isOut }: { reactions: Message["reactions"]; isOut: boolean }) {
  const { t } = useTranslation("inbox");
  if (reactions.length === 0) return null;
  return (
    <ul aria-label={t("reaction.label")} className={cx("z-1 -mt-1.5 flex gap-1", isOut ? "me-2 self-end" : "ms-2 self-start")}>
      {reactions.map(({ emoji, author }) => (
        <li key={author} title={t(`reaction.${author}`)} className="rounded-full border border-line bg-surface px-1.5 text-14 leading-[22px] shadow-1">
          {emoji}
          <span className="sr-only"> {t(`reaction.${author}`)}</span>
        </li>
      ))}
    </ul>
  );
}

/** A message that its sender took back. What it said is kept, one press away. */
export function DeletedBody({ item }: { item: MessageItem }) {
  const { t } = useTranslation("inbox");
  return (
    <div className="rounded-bubble border border-dashed border-line-strong px-3 py-2 text-ink-2">
      <p className="flex items-center gap-1.5 text-13">
        <Ban aria-hidden="true" strokeWidth={1.75} className="size-3.5 flex-none" />
        {t(item.speaker === "customer" ? "message.deleted" : "message.deletedOut")}
      </p>
      <details className="mt-1">
        <summary className="w-fit cursor-pointer text-12 font-medium pointer-coarse:py-2">{t("message.showDeleted")}</summary>
        <div className="mt-1.5 flex flex-col items-start">
          <MessageBody item={item} />
        </div>
      </details>
    </div>
  );
}

/** That a message was edited; what it said before is one press away. */
export function Versions({ item }: { item: MessageItem }) {
  const { t } = useTranslation("inbox");
  const format = useFormat();
  const { versions, edited_at } = item.message;
  if (!edited_at) return null;
  return (
    <details className="open:w-full">
      <summary title={format.full(edited_at)} className="w-fit cursor-pointer underline underline-offset-2 pointer-coarse:py-2">
        {t("message.edited")}
      </summary>
      <ol className="mt-1 grid gap-1.5 rounded-md border border-line p-2 text-ink" aria-label={t("message.before")}>
        {versions.map((version, index) => (
          <li key={index} className="flex flex-col items-start">
            <MessageBody item={{ ...item, isGrouped: true, chosenId: null, content: readContent(version) }} />
            <time dateTime={version.at} className="num text-11 text-ink-3">
              {format.time(version.at)}
            </time>
          </li>
        ))}
      </ol>
    </details>
  );
}
