import { useTranslation } from "react-i18next";
import { TracedData } from "./TracedData";

/** What was asked of another system, or what it answered; its first line tells it, the rest is one press away. */
export function CallCard({ title, fact }: { title: string; fact: unknown }) {
  const { t } = useTranslation("insight");
  const { method, url, status, error, ...rest } = (fact !== null && typeof fact === "object" && !Array.isArray(fact) ? fact : {}) as Record<string, unknown>;
  const isPlain = fact !== null && typeof fact === "object";
  const details = isPlain ? Object.entries(rest).filter(([, value]) => !isEmpty(value)) : [];
  return (
    <div className="mt-2 rounded-md border border-line bg-surface px-2.5 py-2 text-12">
      <p className="text-ink-3">{title}</p>
      {typeof url === "string" && (
        <p dir="ltr" className="font-mono break-all">
          {typeof method === "string" && <b className="font-medium">{method} </b>}
          {url}
        </p>
      )}
      {typeof status === "number" && <p>{t("call.status", { status: String(status) })}</p>}
      {typeof error === "string" && <p className="text-danger">{error}</p>}
      {!isPlain && <TracedData value={fact} />}
      {details.length > 0 && (
        <details className="mt-1">
          <summary className="w-fit cursor-pointer text-ink-2 underline underline-offset-2 pointer-coarse:py-2">{t("call.details")}</summary>
          <dl className="mt-1 grid gap-1.5">
            {details.map(([name, value]) => (
              <div key={name}>
                <dt dir="ltr" className="own-side font-mono text-ink-3">
                  {name}
                </dt>
                <dd>
                  <TracedData value={value} />
                </dd>
              </div>
            ))}
          </dl>
        </details>
      )}
    </div>
  );
}

const isEmpty = (value: unknown) => value === null || value === undefined || value === "" || (typeof value === "object" && Object.keys(value).length === 0);
