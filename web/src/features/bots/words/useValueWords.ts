import { useTranslation } from "react-i18next";
import { listFields } from "../compare/compare";
import { nameParts } from "../compare/naming";
import { findField, type FlowNames, showValue } from "./flowNames";
import { useWording } from "./useFlowNames";

/** A value of a step (or, without its type, of the whole flow) as a form shows it; what holds several things has a line for each. */
export function useValueWords(names: FlowNames): (type: string | undefined, path: string, value: unknown) => string {
  const { t } = useTranslation(["editor", "insight", "compare"]);
  const wording = useWording();
  const words = { ...wording, yes: t("editor:yes"), no: t("editor:no") };
  const one = (type: string | undefined, path: string, value: unknown): string => {
    if (path === "type" && typeof value === "string") return names.kind(value);
    if (type === undefined && typeof value === "string") {
      if (path === "default_language" || /^languages\.\d+$/u.test(path)) return wording.languageName(value);
      if (path.startsWith("settings.")) return t(`insight:rules.${path.slice("settings.".length)}.${value}` as "insight:rules.on_human.end", { defaultValue: value });
    }
    return showValue(value, findField(names.formOf(type), path), words, wording.language);
  };
  return (type, path, value) => {
    if (typeof value !== "object" || value === null) return one(type, path, value);
    const depth = path.split(".").length;
    return listFields(undefined, value, path)
      .map((leaf) => {
        const label = nameParts(leaf.path, names.formOf(type), wording.own, wording.language, wording.languageName).slice(depth).join(" › ");
        const shown = one(type, leaf.path, leaf.after);
        return label && !/^\d+$/u.test(label) ? `${label}: ${shown}` : shown;
      })
      .join("\n");
  };
}
