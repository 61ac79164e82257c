import { CircleCheck } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Badge, Sheet } from "@/components";
import type { Fault } from "@/api/models";
import { FaultLine } from "../inspect/FaultLine";
import { PlaceName } from "../../words/PlaceName";
import { useDraftNames } from "../../words/useFlowNames";
import { useEditorState } from "../model/useEditor";

type ProblemsProps = { isOpen: boolean; onClose: () => void; onShow: (nodeId: string, field: string | null) => void };

/** Everything that stands in the way of publishing, then what one should think about: each with the way to its place. */
export function ProblemsPanel({ isOpen, onClose, onShow }: ProblemsProps) {
  const { t } = useTranslation("editor");
  const faults = useEditorState((state) => state.facts.faults);
  const errors = faults.filter((fault) => fault.severity === "error");
  const warnings = faults.filter((fault) => fault.severity === "warning");
  return (
    <Sheet isOpen={isOpen} onOpenChange={onClose} title={t("problems.heading")}>
      <div className="grid grid-cols-1 gap-5 p-4 pt-5">
        <h2 className="pe-10 text-16">{t("problems.heading")}</h2>
        {faults.length === 0 && (
          <p className="flex items-center gap-2 text-13 text-ink-2">
            <CircleCheck aria-hidden="true" className="size-4 text-success" />
            {t("problems.none")}
          </p>
        )}
        <Group title={t("problems.errors")} faults={errors} onShow={onShow} />
        <Group title={t("problems.warnings")} faults={warnings} onShow={onShow} />
      </div>
    </Sheet>
  );
}

function Group({ title, faults, onShow }: { title: string; faults: readonly Fault[]; onShow: ProblemsProps["onShow"] }) {
  const { t } = useTranslation("editor");
  const names = useDraftNames();
  if (faults.length === 0) return null;
  return (
    <section>
      <h3 className="mb-2 flex items-center gap-2 text-13">
        {title}
        <Badge>{faults.length}</Badge>
      </h3>
      <ul className="grid grid-cols-1 gap-2">
        {faults.map((fault) => (
          <li key={`${fault.node_id}${fault.field}${fault.code}${fault.message}`} className="rounded-md border border-line bg-surface px-3 py-2">
            <div className="flex items-center gap-2">
              <span title={names.place(fault).join(" › ") || undefined} className="cut min-w-0 grow text-13 font-medium">
                {fault.node_id ? <PlaceName parts={names.place(fault)} /> : t("problems.whole")}
              </span>
              {fault.node_id && (
                <button type="button" className="flex-none text-12 font-medium text-accent-ink underline underline-offset-2 pointer-coarse:min-h-11" onClick={() => fault.node_id && onShow(fault.node_id, fault.field)}>
                  {t("problems.show")}
                </button>
              )}
            </div>
            <FaultLine fault={fault} />
          </li>
        ))}
      </ul>
    </section>
  );
}
