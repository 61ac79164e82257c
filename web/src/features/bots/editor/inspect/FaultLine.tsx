import { Link } from "@tanstack/react-router";
import { CircleAlert, TriangleAlert } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { Fault } from "@/api/models";
import { cx } from "@/components";
import { fixOf } from "../model/fixes";
import { useEditor } from "../model/useEditor";
import { CreateMissing } from "./CreateMissing";
import { useDraftNames } from "../../words/useFlowNames";
import { useFaultWords } from "../../words/useFaultWords";

const BUTTON = "flex-none font-medium text-accent-ink underline underline-offset-2 pointer-coarse:min-h-11";

/** What is wrong, in words, and the button that mends it where one can. */
export function FaultLine({ fault, id }: { fault: Fault; id?: string }) {
  const { t } = useTranslation("editor");
  const { store, isReadOnly } = useEditor();
  const words = useFaultWords(useDraftNames());
  const fix = isReadOnly ? null : fixOf(fault);
  const Icon = fault.severity === "error" ? CircleAlert : TriangleAlert;
  return (
    <p id={id} className={cx("mt-[5px] flex items-start gap-1.5 text-12", fault.severity === "error" ? "text-danger" : "text-warning")}>
      <Icon aria-hidden="true" strokeWidth={1.75} className="mt-0.5 size-3.5 flex-none" />
      <span className="min-w-0 grow">{words(fault)}</span>
      {fix && (
        <button type="button" className={BUTTON} onClick={() => store.edit(fix)}>
          {fault.code === "credential_renamed" ? t("fix.use", { name: fault.subject ?? "" }) : t(`fix.${fault.fix?.[0]?.kind ?? "set_field"}`)}
        </button>
      )}
      {fault.elsewhere && (
        <Link to="/flows/$botId" params={{ botId: fault.elsewhere.bot_id }} search={{ node: fault.elsewhere.node_id }} className={BUTTON}>
          {t("elsewhere")}
        </Link>
      )}
      {fault.code === "credential_missing" && !isReadOnly && <CreateMissing fault={fault} className={BUTTON} />}
    </p>
  );
}
