import { useTranslation } from "react-i18next";
import type { Message } from "@/api/models";
import { useFormat } from "@/features/auth/queries";

const STEPS = ["sent", "delivered", "read", "played", "failed"] as const;

/** Every step that WhatsApp told us of, with its time; empty when it told nothing yet. */
export function useTimes(message: Message): readonly string[] {
  const { t } = useTranslation("inbox");
  const format = useFormat();
  return STEPS.flatMap((step) => {
    const at = message[`${step}_at`];
    return at ? [t(`steps.${step}`, { time: format.full(at) })] : [];
  });
}
