import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Flow } from "@/api/models";
import { Button, Dialog, Select } from "@/components";
import { useSession } from "@/features/auth/queries";
import type { Doc } from "../model/doc";
import { mergeDocs, type Side } from "../model/merge";
import { useEditor } from "../model/useEditor";
import { useFlowNames } from "../../words/useFlowNames";
import { ClashFields, nameClash } from "./ClashFields";

type ClashProps = { theirs: Flow; base: Doc; mine: Doc; onDone: (doc: Doc, choose: (key: string) => Side) => void };

/** Two people changed one draft: what only one of them touched is joined by itself, the rest is asked. Nothing is lost before. */
export function ClashDialog({ theirs, base, mine, onDone }: ClashProps) {
  const { t } = useTranslation("editor");
  const [picks, setPicks] = useState<Record<string, Side>>({});
  const choose = (key: string): Side => picks[key] ?? "mine";
  const { doc, clashes } = mergeDocs(base, mine, theirs.blueprint, choose);
  const names = useFlowNames(useEditor().typeList, mine, theirs.blueprint, base);
  const me = useSession()?.user.id;
  const isSelf = me !== undefined && theirs.updated_by?.id === me;
  const name = theirs.updated_by?.name ?? t("clash.somebody");
  const theirSide = isSelf ? t("clash.theirsSelf") : t("clash.theirs", { name });
  const sides = [
    { value: "mine", label: t("clash.mine") },
    { value: "theirs", label: theirSide },
  ];
  return (
    <Dialog
      isOpen
      onOpenChange={() => undefined}
      size="lg"
      title={isSelf ? t("clash.titleSelf") : t("clash.title", { name })}
      text={clashes.length === 0 ? t("clash.easy") : t("clash.text", { count: clashes.length })}
      actions={
        <>
          <Button variant="ghost" onClick={() => onDone(theirs.blueprint, () => "theirs")}>
            {isSelf ? t("clash.takeTheirsSelf") : t("clash.takeTheirs", { name })}
          </Button>
          <Button onClick={() => onDone(mine, () => "mine")}>{t("clash.takeMine")}</Button>
          <Button variant="primary" onClick={() => onDone(doc, choose)}>
            {t("clash.join")}
          </Button>
        </>
      }
    >
      {clashes.length > 0 && (
        <ul className="mt-3 grid gap-2">
          {clashes.map((clash) => (
            <li key={clash.key} className="flex flex-wrap items-center gap-2 rounded-md border border-line px-3 py-2">
              <span className="min-w-0 grow">
                <bdi className="block text-13 font-medium">{nameClash(clash, names)}</bdi>
                <span className="text-12 text-ink-3">{!clash.mine ? t("clash.youRemoved") : !clash.theirs ? isSelf ? t("clash.theyRemovedSelf") : t("clash.theyRemoved", { name }) : t("clash.bothChanged")}</span>
              </span>
              <span className="w-44">
                <Select label={nameClash(clash, names)} value={choose(clash.key)} options={sides} onChange={(side) => setPicks({ ...picks, [clash.key]: side as Side })} />
              </span>
              <ClashFields clash={clash} names={names} mine={t("clash.mine")} theirs={theirSide} />
            </li>
          ))}
        </ul>
      )}
    </Dialog>
  );
}
