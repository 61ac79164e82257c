import { Copy } from "lucide-react";
import { useTranslation } from "react-i18next";
import { IconButton } from "./Button";
import { Field, Input } from "./Field";

/** A value to be taken elsewhere. Without a clipboard (plain http) it can still be selected. */
export function CopyLine({ label, help, value, onCopied }: { label: string; help?: string; value: string; onCopied: () => void }) {
  const { t } = useTranslation();
  return (
    <Field label={label} help={help}>
      <div className="flex gap-2">
        <Input value={value} readOnly dir="ltr" onFocus={(event) => event.currentTarget.select()} />
        <IconButton icon={Copy} label={t("copy")} onClick={() => void navigator.clipboard?.writeText(value).then(onCopied)} />
      </div>
    </Field>
  );
}
