import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { CircleAlert, CircleCheck } from "lucide-react";
import { useDeferredValue, useState } from "react";
import { useTranslation } from "react-i18next";
import { Input } from "@/components";
import { expressionQuery } from "../../queries";
import { TemplateInput } from "./TemplateInput";

const EXAMPLE = "order.total > 100";
type ExpressionFieldProps = { label: string; value: string; onChange: (value: string) => void; known: readonly string[] };

/** A bare expression, read by the server as the engine reads it, and tried on sample values. */
export function ExpressionField({ label, value, onChange, known }: ExpressionFieldProps) {
  const { t } = useTranslation("editor");
  const [samples, setSamples] = useState<Record<string, string>>({});
  const source = useDeferredValue(value.trim());
  const checked = useQuery({ ...expressionQuery({ kind: "condition", source, values: samples, is_brief: false }), enabled: source !== "", placeholderData: keepPreviousData });
  const fault = source ? checked.data?.fault : null;
  const own = (checked.data?.reads ?? []).filter((name) => known.includes(name));
  return (
    <div>
      <TemplateInput label={label} value={value} onChange={onChange} isCode isBare isBroken={Boolean(fault)} known={known} placeholder={EXAMPLE} />
      {source && checked.data && (
        <p role="status" className={`mt-1 flex items-start gap-1.5 text-12 ${fault ? "text-danger" : "text-ink-2"}`}>
          {fault ? <CircleAlert aria-hidden="true" className="mt-0.5 size-3.5 flex-none" /> : <CircleCheck aria-hidden="true" className="mt-0.5 size-3.5 flex-none text-success" />}
          {fault ? (
            <span dir="ltr" lang="en">
              {fault.message} {fault.position !== null && t("atCharacter", { position: fault.position + 1 })}
            </span>
          ) : (
            <span>{checked.data.value === true ? t("samples.holds") : t("samples.holdsNot")}</span>
          )}
        </p>
      )}
      {own.length > 0 && (
        <fieldset className="mt-2 grid gap-1.5">
          <legend className="mb-1 text-12 text-ink-3">{t("samples.title")}</legend>
          {own.map((name) => (
            <label key={name} className="grid grid-cols-[90px_1fr] items-center gap-2 text-12">
              <bdi dir="ltr" className="cut text-ink-2">
                {name}
              </bdi>
              <Input value={samples[name] ?? ""} onChange={(event) => setSamples({ ...samples, [name]: event.target.value })} />
            </label>
          ))}
        </fieldset>
      )}
    </div>
  );
}
