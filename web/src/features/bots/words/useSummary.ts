import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { FlowNodeType } from "@/api/models";
import { useLanguage } from "@/app/preferences";
import { useOptionWords } from "../editor/inspect/useOptionWords";
import { configOf, type Step } from "../editor/model/doc";
import { partsOf } from "../graph";
import { botsQuery } from "../queries";
import type { Part } from "../template";
import { formOf } from "./forms";
import { sayAmount, sayTimeSpan } from "./spans";
import { summarise, type SummaryWords } from "./summary";

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
      amount: (amount, unit) => sayAmount(amount, unit, language),
      botName: (id) => bots?.find((bot) => bot.id === id)?.name ?? "",
    };
    return (step, type, fallback) => {
      if (!type?.summary) return partsOf(configOf(step), language, fallback);
      return summarise(type.summary, configOf(step), formOf(type), words, fallback);
    };
    // The words of the options depend on the language alone.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [language, bots, t]);
}
