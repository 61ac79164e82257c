import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { LongSelect } from "@/components";
import { type FlowChoice, versionNumbersQuery } from "../queries";

export type Side = FlowChoice;

/** Which version stands on one side. */
export function SideSelect({ botId, label, value, onChange }: { botId: string; label: string; value: Side; onChange: (side: Side) => void }) {
  const { t } = useTranslation(["compare", "bots"]);
  const numbers = useQuery(versionNumbersQuery(botId)).data ?? [];
  const options = [
    { value: "draft", label: t("bots:draft") },
    { value: "published", label: t("bots:published") },
    ...numbers.map((number) => ({ value: String(number), label: t("bots:version", { number }) })),
  ];
  return (
    <span className="w-36">
      <LongSelect label={label} value={String(value)} groups={[{ options }]} onChange={(next) => onChange(next === "draft" || next === "published" ? next : Number(next))} />
    </span>
  );
}
