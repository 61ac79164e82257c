import { useTranslation } from "react-i18next";
import type { FlowNodeType } from "@/api/models";
import { useLanguage } from "@/app/preferences";
import { configOf, type Step } from "../editor/model/doc";
import { formOf } from "./forms";
import { sayTimeSpan } from "./spans";
import { valueOf } from "./summary";

/** How long a step waits for an answer, in words, also where nobody has said so and its type's own default counts; "" for one without end. */
export function useWait(): (step: Step, type: FlowNodeType | undefined) => string {
  const { t } = useTranslation("editor");
  const language = useLanguage();
  return (step, type) => {
    const field = type && formOf(type).find((each) => each.widget === "duration" && each.section === "waiting");
    const seconds = field && valueOf(field, configOf(step));
    return typeof seconds === "number" ? t("waits", { span: sayTimeSpan(seconds, language) }) : "";
  };
}
