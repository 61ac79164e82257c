import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Fault } from "@/api/models";
import { CredentialDialog } from "@/features/credentials/CredentialDialog";
import { hostOf } from "@/features/credentials/hosts";
import { configOf } from "../model/doc";
import { setConfig } from "../model/edits";
import { getIn } from "../model/path";
import { useEditor } from "../model/useEditor";

/** The button of a fault that names a credential which is not here: made in place, under that very name. */
export function CreateMissing({ fault, className }: { fault: Fault; className: string }) {
  const { t } = useTranslation("outside");
  const { store, recheck } = useEditor();
  const [isOpen, setOpen] = useState(false);
  const step = store.get().doc.nodes.find((each) => each.id === fault.node_id);
  return (
    <>
      <button type="button" className={className} onClick={() => setOpen(true)}>
        {t("field.createIt")}
      </button>
      <CredentialDialog
        isOpen={isOpen}
        onOpenChange={setOpen}
        start={{ name: fault.subject ?? "", host: step ? hostOf(String(getIn(configOf(step), "url") ?? "")) : null }}
        onSaved={(created) => {
          if (created.name !== fault.subject && fault.node_id && fault.field) store.edit(setConfig(fault.node_id, fault.field, created.name));
          recheck();
        }}
      />
    </>
  );
}
