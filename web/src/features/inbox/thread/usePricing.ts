import { useTranslation } from "react-i18next";
import type { Message } from "@/api/models";

type Pricing = NonNullable<Message["pricing"]>;

/** What WhatsApp counts a message as, in lines of words; what is new to us as WhatsApp calls it. Empty when it told nothing. */
export function usePricing(pricing: Pricing | null): readonly string[] {
  const { t } = useTranslation("inbox");
  if (!pricing) return [];
  const { is_billable, category, type } = pricing;
  const cost = is_billable === null ? "unsaid" : is_billable ? "charged" : "free";
  const lines = [t(`pricing.${cost}`)];
  if (category) lines.unshift(t(`pricing.category.${category.replaceAll("-", "_")}`, { defaultValue: category }));
  if (type && type !== "regular") lines.push(t(`pricing.type.${type}`, { defaultValue: type }));
  return lines;
}
