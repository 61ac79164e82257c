import { useTranslation } from "react-i18next";
import type { FlowTriggers } from "@/api/models";

type Trigger = { trigger_type: string; match: string | null };
type Answer = NonNullable<FlowTriggers["answer"]>;
type Conflict = FlowTriggers["conflicts"][number];

/** What starts a flow, and why one comes before another, in sentences. */
export function useTriggerWords() {
  const { t } = useTranslation("outside");
  const startOf = ({ trigger_type: type, match }: Trigger) =>
    type === "keyword" ? t(`answers.match.${match ?? "exact"}` as "answers.match.exact") : t(`answers.type.${type}` as "answers.type.any_message", { defaultValue: type });
  const whyOf = (answer: Answer) => (answer.word === null ? startOf(answer) : t("answers.why", { how: startOf(answer), word: answer.word }));
  return {
    startOf,
    answerOf: (answer: Answer) => t("answers.answers", { name: answer.bot_name, why: whyOf(answer) }),
    lossOf: (answer: Answer) => t("answers.also", { name: answer.bot_name, why: whyOf(answer), by: t(`answers.by.${answer.loses_by ?? "age"}`) }),
    conflictOf: ({ what, trigger, answers, by, match }: Conflict) =>
      t("answers.conflict", {
        what: t(`answers.type.${what}` as "answers.type.any_message", { defaultValue: t("answers.quoted", { word: what }) }),
        name: trigger.bot_name,
        other: answers.bot_name,
        how: match === null || match === "exact" ? "" : `(${t(`answers.match.${match}` as "answers.match.exact")}…)`,
        by: t(`answers.by.${by}`),
      }),
  };
}
