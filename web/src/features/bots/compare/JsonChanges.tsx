import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { Blueprint } from "@/api/models";
import { cx } from "@/components";
import { type Comparison, compareLines, jsonLines, type Line } from "./compare";

type Part = { title: string; lines: Line[] };

/** The parts of the JSON that differ, line by line: taken out with a minus, put in with a plus. */
export function JsonChanges({ found, before, after }: { found: Comparison; before: Blueprint; after: Blueprint }) {
  const { t } = useTranslation("compare");
  const parts = useMemo<Part[]>(() => {
    const part = (title: string, old: unknown, now: unknown): Part => ({ title, lines: compareLines(jsonLines(old), jsonLines(now)) });
    const fields = [...new Set(found.whole.map((field) => field.path.split(".")[0] ?? ""))] as (keyof Blueprint)[];
    return [
      ...fields.map((field) => part(field, before[field], after[field])),
      ...found.steps.map((change) => part(`nodes / ${change.id}`, change.before, change.after)),
      ...found.links.map((change) => part(`edges / ${change.id}`, change.before, change.after)),
    ];
  }, [found, before, after]);
  return (
    <div dir="ltr" className="mx-auto grid w-full max-w-[960px] gap-4 p-4 pane:p-6">
      {parts.map(({ title, lines }) => (
        <section key={title}>
          <h2 className="mb-1 font-mono text-12">{title}</h2>
          <pre tabIndex={0} aria-label={t("jsonOf", { part: title })} className="overflow-x-auto rounded-md border border-line bg-surface py-2 font-mono text-12">
            {lines.map((line, place) => (
              <span key={place} className={cx("block min-w-max px-3", line.sign === "+" && "bg-success-soft", line.sign === "-" && "bg-danger-soft")}>
                {line.sign} {line.text}
                {"\n"}
              </span>
            ))}
          </pre>
        </section>
      ))}
    </div>
  );
}
