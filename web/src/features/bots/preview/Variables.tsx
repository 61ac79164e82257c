import { useTranslation } from "react-i18next";

import type { Changed } from "./player";

type VariablesProps = { session: Record<string, unknown>; conversation: Record<string, unknown>; /** What the last act set. */ changed?: readonly Changed[] };

/** What the flow remembers now: of this run, and of the conversation; what the last act changed is marked. */
export function Variables({ session, conversation, changed = [] }: VariablesProps) {
  const { t } = useTranslation("preview");
  const rows = [...Object.entries(session), ...Object.entries(conversation).map(([name, value]) => [`conversation.${name}`, value] as const)];
  const before = new Map(changed.map((each) => [each.name, each.before]));
  return (
    <details className="flex-none border-t border-line text-12">
      <summary className="cursor-pointer px-3.5 py-2 font-medium text-ink-2 pointer-coarse:min-h-11">
        {t("variables", { count: rows.length })}
        {changed.length > 0 && <span className="ms-2 text-accent-ink">{t("changed", { count: changed.length })}</span>}
      </summary>
      <div tabIndex={0} role="group" aria-label={t("variables", { count: rows.length })} className="max-h-[140px] overflow-y-auto px-3.5 pb-2">
        {rows.length === 0 && <p className="text-ink-3">{t("noVariables")}</p>}
        <dl className="grid grid-cols-[minmax(0,auto)_minmax(0,1fr)] gap-x-3">
          {rows.map(([name, value]) => (
            <div key={name} className="col-span-2 grid grid-cols-subgrid border-t border-line py-1">
              <dt className="break-words text-ink-2">
                <bdi>{name}</bdi>
              </dt>
              <dd dir="auto" className="min-w-0 break-words">
                {before.has(name) && (
                  <>
                    <del className="text-ink-3">{shown(before.get(name))}</del>{" "}
                  </>
                )}
                {before.has(name) ? <ins className="font-medium text-accent-ink no-underline">{shown(value)}</ins> : shown(value)}
              </dd>
            </div>
          ))}
        </dl>
      </div>
    </details>
  );
}

const shown = (value: unknown) => (typeof value === "string" ? value : JSON.stringify(value ?? null));
