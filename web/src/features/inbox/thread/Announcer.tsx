import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Message } from "@/api/models";
import { readContent } from "../content";
import { tickOf } from "../status";
import { isNamed } from "../words";

/** Reads out what happens while the thread is open: new messages politely, failures at once. */
export function Announcer({ newest, name }: { newest: Message | undefined; name: string }) {
  const { t } = useTranslation("inbox");
  const [firstId] = useState(newest?.id);
  const isNew = newest && newest.id !== firstId;
  const content = isNew ? readContent(newest) : null;
  const kind = content?.kind === "file" ? (content.isVoice ? "voice" : content.as) : content?.kind === "thing" ? content.type : content?.kind;
  const nameOfKind = t(`preview.${kind === "voice" || (kind && isNamed(kind)) ? kind : "unsupported"}`);
  const own = content && ("body" in content ? content.body : "title" in content ? content.title : "words" in content ? content.words : "caption" in content ? content.caption : null);
  const words = own ?? nameOfKind;
  return (
    <>
      <p aria-live="polite" className="sr-only">
        {isNew && newest.direction === "in" && t("live.message", { name, text: words })}
      </p>
      <p aria-live="assertive" className="sr-only">
        {newest?.direction === "out" && tickOf(newest) === "failed" && t("live.failed", { name })}
      </p>
    </>
  );
}
