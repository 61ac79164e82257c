import { EyeOff } from "lucide-react";
import { useTranslation } from "react-i18next";
import { isHidden } from "./trace";

/** A value of a trace: text in its own direction, everything else as JSON, a secret as a word for it. */
export function TracedData({ value }: { value: unknown }) {
  const { t } = useTranslation("insight");
  if (isHidden(value))
    return (
      <span className="inline-flex items-center gap-1 text-ink-3">
        <EyeOff aria-hidden="true" className="size-3" />
        {t("hidden")}
      </span>
    );
  if (value === null || value === undefined || value === "") return <span className="text-ink-3">{t("nothing")}</span>;
  if (typeof value === "string")
    return (
      <span dir="auto" className="block break-words whitespace-pre-wrap">
        {value}
      </span>
    );
  return (
    <code dir="ltr" className="block font-mono break-words whitespace-pre-wrap">
      {JSON.stringify(value, null, typeof value === "object" ? 1 : 0)}
    </code>
  );
}
