import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { Blueprint, FlowNodeType } from "@/api/models";
import { useLanguage } from "@/app/preferences";
import { useFormat } from "@/features/auth/queries";
import { useOptionWords } from "../editor/inspect/useOptionWords";
import { useEditor, useEditorState } from "../editor/model/useEditor";
import { useExitWords } from "../look";
import { type FlowNames, nameFlow, type Wording } from "./flowNames";

const OWN = ["name", "type", "position", "description", "languages", "default_language", "variables", "credentials", "settings", "required_fields", "comments", "nodes", "edges", "on_keyword", "on_human", "merge_messages", "text", "id"] as const;

/** How this screen says what the parts of a flow are called. */
export function useWording(): Wording {
  const { t } = useTranslation("compare");
  const language = useLanguage();
  const { languageName } = useFormat();
  const exitWords = useExitWords();
  const optionWords = useOptionWords();
  const own = Object.fromEntries(OWN.map((name) => [name, t(`own.${name}`)]));
  return { language, languageName, exitWords: (name, label, fallback) => exitWords(name, label as string | null, fallback), optionWords, own, lost: t("lostStep") };
}

/** The names of all that is in a flow, and in what it was before: the newest that has a part names it. */
export function useFlowNames(types: readonly FlowNodeType[], newest: Blueprint, older?: Blueprint, oldest?: Blueprint): FlowNames {
  const wording = useWording();
  // The words depend on the language alone.
  // eslint-disable-next-line react-hooks/exhaustive-deps
  return useMemo(() => nameFlow([oldest, older, newest].filter((flow) => flow !== undefined), types, wording), [types, newest, older, oldest, wording.language]);
}

/** The names of the flow that is edited. */
export function useDraftNames(): FlowNames {
  const { typeList } = useEditor();
  const doc = useEditorState((state) => state.doc);
  return useFlowNames(typeList, doc);
}
