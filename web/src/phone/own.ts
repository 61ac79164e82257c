import { createContext, useContext } from "react";
import { useTranslation } from "react-i18next";
import type { Language } from "@/i18n";

/** The language that the person's phone is set to: what stands on it is in that one, whatever the page around it speaks. */
export const PhoneLanguage = createContext<Language>("en");

export function usePhoneWords() {
  const language = useContext(PhoneLanguage);
  const { t } = useTranslation("phone", { lng: language });
  return { t, language };
}
