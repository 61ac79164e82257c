import { Copy } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Button, useToast } from "@/components";
import type { Shown } from "./payload";

type PayloadProps = { title: string; shown: Shown; raw: string };

/** What came or was to leave, readable, with a button that takes it along as it is. */
export function Payload({ title, shown, raw }: PayloadProps) {
  const { t } = useTranslation("monitoring");
  const toast = useToast();
  return (
    <section className="min-w-0">
      <div className="mb-1.5 flex items-center gap-2">
        <h2 className="grow text-14 font-semibold">{title}</h2>
        <Button size="sm" icon={Copy} onClick={() => void navigator.clipboard?.writeText(raw).then(() => toast({ text: t("copied") }))}>
          {t("copy")}
        </Button>
      </div>
      {shown.kind === "form" ? (
        <Pairs pairs={shown.pairs} />
      ) : (
        <pre tabIndex={0} dir="ltr" className="max-h-[440px] overflow-auto rounded-md border border-line bg-sunken p-3 font-mono text-12 whitespace-pre-wrap [overflow-wrap:anywhere]">
          {shown.text || "–"}
        </pre>
      )}
    </section>
  );
}

/** Names and values, one line each: a form, headers. */
export function Pairs({ pairs }: { pairs: Iterable<readonly [string, string]> }) {
  return (
    <dl className="divide-y divide-line rounded-md border border-line bg-sunken px-3">
      {[...pairs].map(([name, value], place) => (
        <div key={`${name}-${place}`} className="grid gap-x-3 py-1.5 text-12 pane:grid-cols-[200px_1fr]">
          <dt dir="ltr" className="font-mono text-ink-3 [overflow-wrap:anywhere] rtl:text-end">
            {name}
          </dt>
          <dd dir="auto" className="font-mono [overflow-wrap:anywhere]">
            {value}
          </dd>
        </div>
      ))}
    </dl>
  );
}
