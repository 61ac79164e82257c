import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { FlowNodeType } from "@/api/models";
import { useLanguage } from "@/app/preferences";
import type { Language } from "@/i18n";
import { useOptionWords } from "../editor/inspect/useOptionWords";
import { type Config, configOf, type Step } from "../editor/model/doc";
import { readFields } from "../editor/model/schema";
import { partsOf } from "../graph";
import { botsQuery } from "../queries";
import type { Part } from "../template";
import { summarise, type SummaryWords } from "./summary";

const forms = new WeakMap<FlowNodeType, ReturnType<typeof readFields>>();
const UNITS = [
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
  ["second", 1],
] as const;

/** 5,400 seconds are 90 minutes: in the largest unit that says them whole. */
export function sayTimeSpan(seconds: number, language: Language): string {
  const [unit, size] = UNITS.find(([, each]) => seconds > 0 && seconds % each === 0) ?? (["second", 1] as const);
  return new Intl.NumberFormat(language === "ar" ? "ar-u-nu-latn" : "en", { style: "unit", unit, unitDisplay: "long" }).format(seconds / size);
}

/** What a step's card says: its settings in one line, as its type sums them up; of a type that is not known, its first text. */
export function useSummary(): (step: Step, type: FlowNodeType | undefined, fallback: string) => Part[] {
  const { t } = useTranslation("editor");
  const language = useLanguage();
  const optionWords = useOptionWords();
  const bots = useQuery({ ...botsQuery, notifyOnChangeProps: ["data"] }).data;
  return useMemo(() => {
    const words: SummaryWords = {
      language,
      optionWords,
      yes: t("yes"),
      no: t("no"),
      span: (seconds) => sayTimeSpan(seconds, language),
      botName: (id) => bots?.find((bot) => bot.id === id)?.name ?? "",
    };
    return (step, type, fallback) => {
      if (!type?.summary) return partsOf(configOf(step), language, fallback);
      const fields = forms.get(type) ?? readFields((type.schema ?? {}) as Config);
      forms.set(type, fields);
      return summarise(type.summary, configOf(step), fields, words, fallback);
    };
    // The words of the options depend on the language alone.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [language, bots, t]);
}
