import { useTranslation } from "react-i18next";

/** What a choice of a schema is called: in the interface's language where we have a word for it, else as it is written. */
export function useOptionWords(): (option: string) => string {
  const { t } = useTranslation("editor");
  return (option) => t(`option.${option}` as "option.text", { defaultValue: option.replaceAll("_", " ") });
}
