import { useTranslation } from "react-i18next";
import { useLanguage } from "@/app/preferences";
import type { Message } from "@/api/models";
import { useFormat } from "@/features/auth/queries";

/** What was changed so that WhatsApp takes a message, and what it waits for where that is not its turn alone. */
export function SendingNotes({ message }: { message: Message }) {
  const { t } = useTranslation("inbox");
  const format = useFormat();
  const language = useLanguage();
  const { degradations, parts, waiting } = message;
  if (degradations.length === 0 && !waiting) return null;
  const part = parts.indexOf(message.id) + 1;
  return (
    <ul className="mt-1 grid max-w-[400px] gap-0.5 text-12 text-ink-3">
      {waiting && <li className="text-warning">{waiting.text[language]}</li>}
      {part > 0 && <li>{t("message.part", { part: format.number(part), parts: format.number(parts.length) })}</li>}
      {degradations.map(({ code, from, to, limit }) => (
        <li key={code}>{t(`message.fitted.${code}`, { from: format.number(from), to: format.number(to), limit: format.number(limit) })}</li>
      ))}
    </ul>
  );
}
