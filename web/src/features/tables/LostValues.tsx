import { useTranslation } from "react-i18next";
import type { ConversionReport } from "./queries";

/** Cells that another type cannot hold: how many, and the first of them. */
export function LostValues({ report }: { report: ConversionReport }) {
  const { t } = useTranslation("tables");
  return (
    <div role="alert" className="rounded-md bg-danger-soft p-2.5 text-13">
      <p className="font-medium text-danger">{t("column.lost", { count: report.lost })}</p>
      <ul className="mt-1 grid gap-0.5">
        {report.examples.slice(0, 5).map((example) => (
          <li key={example.row_id} className="truncate">
            <bdi>{example.value}</bdi>
          </li>
        ))}
      </ul>
    </div>
  );
}
