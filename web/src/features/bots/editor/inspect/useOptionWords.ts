import { useTranslation } from "react-i18next";
import type { Language } from "@/i18n";
import type { Choice } from "../model/schema";

/** What a choice of a schema is called: by its own words, by a word that we have for it, else as it is written. */
export function useOptionWords(): (option: Choice) => string {
  const { t, i18n } = useTranslation("editor");
  return ({ value, label }) => label?.[i18n.language as Language] ?? t(`option.${value}` as "option.text", { defaultValue: value.replaceAll("_", " ") });
}
