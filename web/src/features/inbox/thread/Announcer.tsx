import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Message } from "@/api/models";
import { tickOf } from "../status";
import { wordsOf } from "../words";

/** Reads out what happens while the thread is open: new messages politely, failures at once. */
export function Announcer({ newest, name }: { newest: Message | undefined; name: string }) {
  const { t } = useTranslation("inbox");
  const [firstId] = useState(newest?.id);
  const isNew = newest && newest.id !== firstId;
  return (
    <>
      <p aria-live="polite" className="sr-only">
        {isNew && newest.direction === "in" && t("live.message", { name, text: wordsOf(newest, t) })}
      </p>
      <p aria-live="assertive" className="sr-only">
        {newest?.direction === "out" && tickOf(newest) === "failed" && t("live.failed", { name })}
      </p>
    </>
  );
}
