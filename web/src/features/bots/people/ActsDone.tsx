import { useTranslation } from "react-i18next";
import type { FlowSessionDetails } from "@/api/models";
import { Badge } from "@/components";
import { useFormat } from "@/features/auth/queries";

type Act = FlowSessionDetails["acts"][number];

/** What people did to a session: what, who, when, and from where to where. */
export function ActsDone({ acts, nameOf }: { acts: readonly Act[]; nameOf: (node: string | null) => string }) {
  const { t } = useTranslation("people");
  const format = useFormat();
  if (acts.length === 0) return <p className="text-13 text-ink-3">{t("detail.noActs")}</p>;
  return (
    <ul className="grid gap-2 text-13">
      {acts.map((act) => (
        <li key={act.id}>
          <span className="font-medium">{t(`act.${act.act}`)}</span>{" "}
          {["stayed", "missed", "refused"].includes(act.outcome) && <Badge tone="warning">{t(`outcome.${act.outcome}`)}</Badge>}
          <span className="block text-12 text-ink-3">
            {format.full(act.at)}
            {act.by && <bdi> · {act.by.name}</bdi>}
          </span>
          <Change act={act} nameOf={nameOf} />
        </li>
      ))}
    </ul>
  );
}

function Change({ act, nameOf }: { act: Act; nameOf: (node: string | null) => string }) {
  const [from, to] = act.act === "set" ? [variableOf(act.before), variableOf(act.after)] : [placeOf(act.before, nameOf), placeOf(act.after, nameOf)];
  if (!from && !to) return null;
  return (
    <span className="block text-12 text-ink-2">
      <bdi>{from}</bdi> <span aria-hidden="true" className="inline-block rtl:-scale-x-100">{"→"}</span> <bdi>{to}</bdi>
    </span>
  );
}

function placeOf(place: Act["before"], nameOf: (node: string | null) => string): string {
  return typeof place?.node_id === "string" ? nameOf(place.node_id) : "";
}

function variableOf(place: Act["before"]): string {
  const variable = place?.variable as { name: string; value: unknown } | undefined;
  return variable ? `${variable.name} = ${JSON.stringify(variable.value)}` : "";
}
