import { useTranslation } from "react-i18next";

type VariablesProps = { session: Record<string, unknown>; conversation: Record<string, unknown> };

/** What the flow remembers now: of this run, and of the conversation. */
export function Variables({ session, conversation }: VariablesProps) {
  const { t } = useTranslation("preview");
  const rows = [...Object.entries(session), ...Object.entries(conversation).map(([name, value]) => [`conversation.${name}`, value] as const)];
  return (
    <details className="flex-none border-t border-line text-12">
      <summary className="cursor-pointer px-3.5 py-2 font-medium text-ink-2 pointer-coarse:min-h-11">{t("variables", { count: rows.length })}</summary>
      <div tabIndex={0} role="group" aria-label={t("variables", { count: rows.length })} className="max-h-[140px] overflow-y-auto px-3.5 pb-2">
        {rows.length === 0 && <p className="text-ink-3">{t("noVariables")}</p>}
        <dl className="grid grid-cols-[minmax(0,auto)_minmax(0,1fr)] gap-x-3">
          {rows.map(([name, value]) => (
            <div key={name} className="col-span-2 grid grid-cols-subgrid border-t border-line py-1">
              <dt className="break-words text-ink-2">
                <bdi>{name}</bdi>
              </dt>
              <dd dir="auto" className="min-w-0 break-words">
                {typeof value === "string" ? value : JSON.stringify(value)}
              </dd>
            </div>
          ))}
        </dl>
      </div>
    </details>
  );
}
