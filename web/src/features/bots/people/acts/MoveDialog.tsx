import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Field, Select } from "@/components";
import { useSteps } from "../useStepNames";
import type { ActDialogProps } from "./ActButtons";
import { ActDialog } from "./ActDialog";
import { useNameOf } from "./useNameOf";

/** Lets somebody go on at another step of the version that they are on. */
export function MoveDialog({ session, isShut, onClose, botId }: ActDialogProps & { botId: string }) {
  const { t } = useTranslation("people");
  const name = useNameOf(session);
  const steps = useSteps(botId, session.version ?? "draft");
  const [node, setNode] = useState(session.node_id ?? "");
  return (
    <ActDialog session={session} title={t("do.moveTitle", { name })} text={t("do.moveText")} go={t("do.moveGo")} read={() => ({ act: "move", node })} onClose={onClose}>
      <Field label={t("do.moveStep")} className="mt-3">
        <Select value={node} options={steps} onChange={setNode} />
      </Field>
      {isShut && <p className="mt-2 text-12 text-warning">{t("do.shut")}</p>}
    </ActDialog>
  );
}
