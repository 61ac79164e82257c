import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "@/components";
import { splitVariables, type Variable } from "./trace";
import { TracedData } from "./TracedData";

type TraceVariablesProps = { variables: readonly Variable[]; known: Record<string, unknown> | undefined; isCut: boolean };

/** What changed, before and after; everything else that was known is one press away. */
export function TraceVariables({ variables, known, isCut }: TraceVariablesProps) {
  const { t } = useTranslation("insight");
  const [isWhole, setWhole] = useState(false);
  const { changed, same } = splitVariables(variables);
  const shown = new Set(variables.map((each) => each.name));
  const others = [...same.map(({ name, after }) => [name, after] as const), ...Object.entries(known ?? {}).filter(([name]) => !shown.has(name))];
  return (
    <section aria-label={t("variables")}>
      <h3 className="mb-2 text-12 text-ink-3">{t("variables")}</h3>
      {changed.length === 0 && <p className="text-ink-3">{t("noneChanged")}</p>}
      <dl className="grid grid-cols-1 gap-2">
        {changed.map(({ name, before, after }) => (
          <div key={name} className="rounded-md border border-line bg-surface px-2.5 py-1.5 text-12">
            <dt className="font-medium">
              <bdi>{name}</bdi>
            </dt>
            <dd className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-2">
              <span className="text-ink-3">{t("before")}</span>
              <TracedData value={before} />
              <span className="text-ink-3">{t("after")}</span>
              <TracedData value={after} />
            </dd>
          </div>
        ))}
      </dl>
      {isCut && <p className="mt-1 text-12 text-ink-3">{t("cut")}</p>}
      {others.length > 0 && (
        <Button size="sm" variant="ghost" aria-expanded={isWhole} className="mt-2" onClick={() => setWhole(!isWhole)}>
          {isWhole ? t("fewer") : t("more", { count: others.length })}
        </Button>
      )}
      {isWhole && (
        <dl className="mt-1 grid grid-cols-[minmax(0,auto)_minmax(0,1fr)] gap-x-3 gap-y-1 text-12">
          {others.map(([name, value]) => (
            <div key={name} className="contents">
              <dt className="break-words text-ink-3">
                <bdi>{name}</bdi>
              </dt>
              <dd className="min-w-0">
                <TracedData value={value} />
              </dd>
            </div>
          ))}
        </dl>
      )}
    </section>
  );
}
