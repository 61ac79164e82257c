import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { ApiError } from "@/api";
import { newKey } from "@/api/key";
import { useErrorWords } from "@/i18n/useErrorWords";
import { type Sending, useSend } from "../queries";
import { keepDraft, readDraft } from "./drafts";

/** WhatsApp's limit for a text. */
const LONGEST_TEXT = 4096;

export type Draft = { text: string; fault: string | null; write: (text: string) => void; send: () => void };

/**
 * A reply under way. Sending empties the field at once; a refusal brings the text back, with the reason. Pressing Send again then
 * repeats the same request under the same key, so that an answer lost on the wire cannot become two messages.
 */
export function useDraft(conversationId: string, author: { id: string; name: string }): Draft {
  const { t } = useTranslation("inbox");
  const { reasonOf } = useErrorWords();
  const place = `${author.id}.${conversationId}`;
  const [text, setText] = useState(() => readDraft(place));
  const [fault, setFault] = useState<string | null>(null);
  const refused = useRef<Sending | null>(null);

  const write = (next: string) => {
    setText(next);
    setFault(null);
    keepDraft(place, next);
  };

  const faultOf = (error: Error) => {
    if (error instanceof ApiError && error.code === "offline") return t("composer.failedOffline");
    if (error instanceof ApiError && error.code === "window_closed") return t("composer.windowClosed");
    return t("composer.failed", { reason: reasonOf(error) });
  };

  const { mutate } = useSend(author, {
    onSent: () => {
      refused.current = null;
    },
    onRefused: (error, sending) => {
      refused.current = sending;
      // Something else may have been started meanwhile: nothing that was typed is thrown away.
      write([sending.body, readDraft(place)].filter(Boolean).join("\n"));
      setFault(faultOf(error));
    },
  });

  const send = () => {
    const body = text.trim();
    if (!body) return setFault(t("composer.empty"));
    if (body.length > LONGEST_TEXT) return setFault(t("composer.tooLong", { limit: LONGEST_TEXT, length: body.length }));
    const key = refused.current?.body === body ? refused.current.key : newKey();
    write("");
    mutate({ conversationId, body, key });
  };

  return { text, fault, write, send };
}
