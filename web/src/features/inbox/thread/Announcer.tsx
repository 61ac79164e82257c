import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Message } from "@/api/models";
import { readContent } from "../content";
import { tickOf } from "../status";

/** Reads out what happens while the thread is open: new messages politely, failures at once. */
export function Announcer({ newest, name }: { newest: Message | undefined; name: string }) {
  const { t } = useTranslation("inbox");
  const [firstId] = useState(newest?.id);
  const isNew = newest && newest.id !== firstId;
  const content = isNew ? readContent(newest) : null;
  const words = content && ("body" in content ? content.body : "title" in content ? content.title : t(`preview.${content.kind === "image" || content.kind === "location" ? content.kind : "unsupported"}`));
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
