import { Copy } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Button, CopyLine, useToast } from "@/components";

/** How another system calls an address, as one types it. */
export const exampleCall = (url: string): string =>
  [`curl -X POST '${url}' \\`, "  -H 'Content-Type: application/json' -H 'Idempotency-Key: order-42' \\", `  -d '{"phone": "+966501234567", "order": {"number": 42}}'`].join("\n");

/** An address while it can be seen, and an example of a call. */
export function HookAddress({ url }: { url: string }) {
  const { t } = useTranslation("outside");
  const toast = useToast();
  const copied = () => toast({ text: t("copied") });
  const example = exampleCall(url);
  return (
    <div className="grid grid-cols-1 gap-3">
      <CopyLine label={t("hook.address")} help={t("hook.once")} value={url} onCopied={copied} />
      <div>
        <div className="mb-1 flex items-center gap-2 text-12 font-medium">
          <span className="grow">{t("hook.example")}</span>
          <Button size="sm" variant="ghost" icon={Copy} onClick={() => void navigator.clipboard?.writeText(example).then(copied)}>
            {t("copy")}
          </Button>
        </div>
        <pre dir="ltr" tabIndex={0} aria-label={t("hook.example")} className="overflow-auto rounded-md bg-rail p-2.5 font-mono text-11 text-rail-ink">
          {example}
        </pre>
        <p className="mt-1 text-12 text-ink-3">{t("hook.exampleText", { form: "{{ message.form }}" })}</p>
      </div>
    </div>
  );
}
