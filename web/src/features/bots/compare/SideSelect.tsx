import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Select } from "@/components";
import { type FlowChoice, versionsQuery } from "../queries";

export type Side = FlowChoice;

/** Which version stands on one side. */
export function SideSelect({ botId, label, value, onChange }: { botId: string; label: string; value: Side; onChange: (side: Side) => void }) {
  const { t } = useTranslation(["compare", "bots"]);
  const versions = useQuery(versionsQuery(botId)).data ?? [];
  const options = [
    { value: "draft", label: t("bots:draft") },
    { value: "published", label: t("bots:published") },
    ...versions.map((each) => ({ value: String(each.number), label: t("bots:version", { number: each.number }) })),
  ];
  return (
    <span className="w-36">
      <Select label={label} value={String(value)} options={options} onChange={(next) => onChange(next === "draft" || next === "published" ? next : Number(next))} />
    </span>
  );
}
