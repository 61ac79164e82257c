import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { StepLink } from "@/features/bots/StepLink";
import { useErrorWords } from "@/i18n/useErrorWords";
import { tableUsesQuery } from "./queries";

/** The steps of bots that ask a table, or name one column of it: whoever is about to change it sees whom it meets. */
export function TableUses({ tableId, columnId }: { tableId: string; columnId?: string }) {
  const { t } = useTranslation("tables");
  const { reasonOf } = useErrorWords();
  const uses = useQuery(tableUsesQuery(tableId));
  if (uses.isPending) return <p className="text-12 text-ink-3">{t("uses.reading")}</p>;
  if (uses.isError) return <p className="text-12 text-danger">{reasonOf(uses.error)}</p>;
  const met = columnId ? uses.data.filter((use) => use.columns.includes(columnId)) : uses.data;
  if (met.length === 0) return <p className="text-12 text-ink-3">{t("uses.none")}</p>;
  const label = t("uses.some", { count: new Set(met.map((use) => use.bot_id)).size });
  return (
    <section aria-label={label}>
      <p className="text-12 font-medium">{label}</p>
      <ul className="mt-1 flex max-h-32 flex-wrap gap-1.5 overflow-y-auto">
        {met.map((use) => (
          <li key={`${use.bot_id} ${use.node_id}`} className="max-w-full">
            <StepLink step={use} />
          </li>
        ))}
      </ul>
    </section>
  );
}
