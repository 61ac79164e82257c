import { Plus, X } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Button, IconButton, Input } from "@/components";
import type { Json } from "../model/doc";
import { TemplateInput } from "./TemplateInput";

type PairsFieldProps = { label: string; value: Json | undefined; onChange: (value: Json | undefined) => void; known: readonly string[] };

/** Names with values: headers, parameters, what is taken from an answer. An empty name waits until it is written. */
export function PairsField({ label, value, onChange, known }: PairsFieldProps) {
  const { t } = useTranslation("editor");
  const entries = Object.entries(value && typeof value === "object" && !Array.isArray(value) ? value : {});
  const [pending, setPending] = useState<string | null>(null);
  const rename = (from: string, to: string) => onChange(Object.fromEntries(entries.map(([name, text]) => [name === from ? to : name, text])));
  return (
    <div className="grid gap-1.5">
      {entries.map(([name, text], at) => (
        <div key={at} className="grid grid-cols-[2fr_3fr_auto] items-start gap-1.5">
          <Input dir="ltr" aria-label={t("pair.name", { field: label })} defaultValue={name} onBlur={(event) => event.target.value && event.target.value !== name && rename(name, event.target.value)} />
          <TemplateInput label={t("pair.value", { name })} value={String(text ?? "")} onChange={(next) => onChange({ ...Object.fromEntries(entries), [name]: next })} known={known} />
          <IconButton icon={X} label={t("removeOne", { name })} onClick={() => onChange(Object.fromEntries(entries.filter(([each]) => each !== name)))} />
        </div>
      ))}
      {pending !== null && (
        <Input
          autoFocus
          dir="ltr"
          aria-label={t("pair.name", { field: label })}
          placeholder={t("pair.placeholder")}
          value={pending}
          onChange={(event) => setPending(event.target.value)}
          onBlur={() => {
            if (pending.trim()) onChange({ ...Object.fromEntries(entries), [pending.trim()]: "" });
            setPending(null);
          }}
          onKeyDown={(event) => event.key === "Enter" && event.currentTarget.blur()}
        />
      )}
      <Button size="sm" variant="ghost" icon={Plus} className="justify-self-start" onClick={() => setPending("")}>
        {t("addOne")}
      </Button>
    </div>
  );
}
