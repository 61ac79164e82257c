import { Info } from "lucide-react";
import { useTranslation } from "react-i18next";
import { useLanguage } from "@/app/preferences";
import type { Message } from "@/api/models";

/** What was changed so that WhatsApp takes a message, and what it waits for where that is not its turn alone. */
export function SendingNotes({ message }: { message: Message }) {
  const { t } = useTranslation("inbox");
  const language = useLanguage();
  const { degradations, parts, waiting } = message;
  if (degradations.length === 0 && !waiting) return null;
  const part = parts.indexOf(message.id) + 1;
  return (
    <ul className="mt-1 grid max-w-[400px] gap-0.5 px-0.5 text-12 text-ink-2">
      {waiting && <li className="text-warning">{waiting.text[language]}</li>}
      {part > 0 && <li>{t("message.part", { part, parts: parts.length })}</li>}
      {degradations.map(({ code, from, to, limit }) => (
        <li key={code} className="flex items-start gap-1.5">
          <Info aria-hidden="true" strokeWidth={1.75} className="mt-0.5 size-3.5 flex-none text-ink-3" />
          {t(`message.fitted.${code}`, { from, to, limit })}
        </li>
      ))}
    </ul>
  );
}
