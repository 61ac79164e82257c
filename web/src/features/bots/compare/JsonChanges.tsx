import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { Blueprint, FlowNodeType } from "@/api/models";
import { cx } from "@/components";
import { exitOf } from "../editor/model/doc";
import type { FlowNames } from "../words/flowNames";
import { useFlowNames } from "../words/useFlowNames";
import { type Comparison, compareLines, jsonLines, type Line, type LinkChange } from "./compare";

type Part = { title: string; lines: Line[] };

/** The parts of the JSON that differ, line by line: taken out with a minus, put in with a plus. */
export function JsonChanges({ found, before, after, types }: { found: Comparison; before: Blueprint; after: Blueprint; types: readonly FlowNodeType[] }) {
  const { t } = useTranslation("compare");
  const names = useFlowNames(types, after, before);
  const parts = useMemo<Part[]>(() => {
    const part = (title: string, old: unknown, now: unknown): Part => ({ title, lines: compareLines(jsonLines(old), jsonLines(now)) });
    const fields = [...new Set(found.whole.map((field) => field.path.split(".")[0] ?? ""))] as (keyof Blueprint)[];
    return [
      ...fields.map((field) => part(names.field(null, field), before[field], after[field])),
      ...found.steps.map((change) => part(names.step(change.id), change.before, change.after)),
      ...found.links.map((change) => part(linkName(names, change), change.before, change.after)),
    ];
  }, [found, before, after, names]);
  return (
    <div dir="ltr" className="mx-auto grid w-full max-w-[960px] gap-4 p-4 pane:p-6">
      {parts.map(({ title, lines }) => (
        <section key={title}>
          <h2 dir="auto" className="own-side mb-1 text-13 font-medium">{title}</h2>
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

/** A connection by the step that it leaves and the way out. */
function linkName(names: FlowNames, { before, after }: LinkChange): string {
  const link = after ?? before;
  return link ? `${names.step(link.source)} › ${names.exit(link.source, exitOf(link))}` : "";
}
