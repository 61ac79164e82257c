import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { ApiError } from "@/api";
import { newKey } from "@/api/key";
import { useErrorWords } from "@/i18n/useErrorWords";
import type { Provider } from "../attach/limits";
import { type Attaching, type Attachment, useAttachment } from "../attach/useAttachment";
import { bodyOf, type Said, type Sending, useSend } from "../queries";
import { keepDraft, readDraft } from "./drafts";

/** As much as the API takes; what is too long for one message leaves as several. */
const LONGEST_TEXT = 16_000;
const PASSING = ["busy", "taken_meanwhile", "database_unavailable", "too_many_requests"];

export type Draft = {
  text: string;
  fault: string | null;
  write: (text: string) => void;
  send: () => void;
  complain: (words: string) => void;
  attaching: Attaching;
  /** Send was pressed while the file was still on its way up: it leaves by itself when it is there. */
  isWaiting: boolean;
};

/**
 * A reply under way. Sending empties the field at once; a refusal brings the text and the file back, with the reason. Pressing Send again
 * then repeats the same request under the same key, so that an answer lost on the wire cannot become two messages.
 */
export function useDraft(conversationId: string, author: { id: string; name: string }, provider: Provider = "meta"): Draft {
  const { t } = useTranslation("inbox");
  const { reasonOf } = useErrorWords();
  const place = `${author.id}.${conversationId}`;
  const [text, setText] = useState(() => readDraft(place));
  const [fault, setFault] = useState<string | null>(null);
  const [leaving, setLeaving] = useState<File | null>(null);
  const refused = useRef<Sending | null>(null);
  const taken = useRef(new Map<string, { file: Attachment; words: string }>());
  const leave = useRef<(ready: Attachment) => void>(() => undefined);
  const attaching = useAttachment(provider, { onFault: setFault, onReady: (ready) => leave.current(ready) });
  const { attachment } = attaching;

  const write = (next: string) => {
    setText(next);
    setFault(null);
    keepDraft(place, next);
  };

  const faultOf = (error: Error) => {
    if (error instanceof ApiError && error.code === "offline") return t("composer.failedOffline");
    if (error instanceof ApiError && error.code === "window_closed") return t("composer.windowClosed");
    // Nothing stands against it but the moment: another turn of the bot, a colleague, a server that restarts.
    if (error instanceof ApiError && PASSING.includes(error.code)) return t("composer.again", { reason: reasonOf(error) });
    return t("composer.failed", { reason: reasonOf(error) });
  };

  const { mutateAsync } = useSend(author, {
    onSent: () => {
      refused.current = null;
    },
    onRefused: (error, sending) => {
      refused.current = sending;
      // Something else may have been started meanwhile: nothing that was typed is thrown away.
      const given = taken.current.get(sending.key);
      const words = sending.said.type === "text" ? sending.said.body : given?.words;
      write([words, readDraft(place)].filter(Boolean).join("\n"));
      if (given && !attaching.attachment) attaching.putBack(given.file);
      setFault(faultOf(error));
    },
  });

  const say = (said: Said) => {
    const isAgain = refused.current !== null && JSON.stringify(bodyOf(refused.current.said)) === JSON.stringify(bodyOf(said));
    return { conversationId, said, key: isAgain && refused.current ? refused.current.key : newKey() };
  };

  const send = () => {
    const body = text.trim();
    if (attachment) return sendFile(attachment, body);
    if (!body) return setFault(t("composer.empty"));
    if (body.length > LONGEST_TEXT) return setFault(t("composer.tooLong", { limit: LONGEST_TEXT, length: body.length }));
    const sending = say({ type: "text", body });
    write("");
    void mutateAsync(sending).catch(() => undefined);
  };

  const sendFile = ({ source, file, as, isVoice, fault: broken }: Attachment, body: string) => {
    if (broken) return setFault(broken);
    // Sound and stickers have no caption: words beside them are a message of their own.
    const hasCaption = as !== "audio" && as !== "sticker";
    if (body.length > LONGEST_TEXT) return setFault(t("composer.tooLong", { limit: LONGEST_TEXT, length: body.length }));
    if (!file) return setLeaving(source);
    setLeaving(null);
    const sending = say({ type: as, file, caption: hasCaption && body ? body : null, isVoice });
    const given = attaching.take();
    if (given) taken.current.set(sending.key, { file: given, words: body });
    write("");
    // One after the other, so that the words stand below the sound.
    void mutateAsync(sending)
      .then(() => (hasCaption || !body ? undefined : mutateAsync(say({ type: "text", body }))))
      .catch(() => undefined);
  };

  const isWaiting = leaving !== null && leaving === attachment?.source && !attachment.fault;
  useEffect(() => {
    leave.current = (ready) => {
      if (leaving === ready.source) sendFile(ready, text.trim());
    };
  });

  return { text, fault, write, send, complain: setFault, attaching, isWaiting };
}
