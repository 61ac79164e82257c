import { useTranslation } from "react-i18next";
import { useMemo } from "react";
import { useLanguage } from "@/app/preferences";
import { FlowOutline } from "../../FlowOutline";
import { drawFlow } from "../../graph";
import { useSummary } from "../../words/useSummary";
import { useEditor, useEditorState } from "../model/useEditor";

/** The flow as a list, while no step is chosen: what a screen reader or the keyboard walks. */
export function Outline() {
  const { t } = useTranslation("editor");
  const language = useLanguage();
  const { store, typeList } = useEditor();
  const doc = useEditorState((state) => state.doc);
  const facts = useEditorState((state) => state.facts);
  const summary = useSummary();
  const flow = useMemo(() => drawFlow(doc, typeList, facts.waiting, language, summary), [doc, typeList, facts.waiting, language, summary]);
  const faulty = useMemo(() => new Set(facts.faults.flatMap((fault) => (fault.node_id && fault.severity === "error" ? [fault.node_id] : []))), [facts.faults]);
  return (
    <div className="min-h-0 grow overflow-y-auto">
      {doc.nodes.length === 0 ? (
        <p className="p-4 text-13 text-ink-2">{t("empty.side")}</p>
      ) : (
        <FlowOutline flow={flow} faulty={faulty} selected={null} onSelect={(id) => store.choose([id])} />
      )}
    </div>
  );
}
