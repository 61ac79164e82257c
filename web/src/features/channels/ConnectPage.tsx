import { Link } from "@tanstack/react-router";
import { ArrowLeft } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { ChannelCreated } from "@/api/models";
import { Button, Empty } from "@/components";
import { useMay } from "@/features/workspace/useMay";
import { ConnectForm } from "./ConnectForm";
import { Connected } from "./Connected";
import { ConnectSteps, type Step } from "./ConnectSteps";
import { PROVIDERS, type Provider } from "./providers";
import { useConnect } from "./queries";

/** Connect a number, at an address of its own: who carries it, what it is, and what the provider wants to know. */
export function ConnectPage() {
  const { t } = useTranslation(["channels", "errors"]);
  const [provider, setProvider] = useState<Provider | null>(null);
  const [made, setMade] = useState<ChannelCreated | null>(null);
  const connect = useConnect();
  const mayConnect = useMay("channels:write");
  const step: Step = made ? "webhook" : provider ? "details" : "provider";
  const title = useRef<HTMLHeadingElement>(null);
  const shown = useRef(step);
  // Whoever reads with their ears hears which step this is.
  useEffect(() => {
    if (shown.current !== step) title.current?.focus();
    shown.current = step;
  }, [step]);
  if (mayConnect === false) return <Empty title={t("errors:not_permitted")} text={t("empty.textNotYours")} />;
  return (
    <div className="mx-auto w-full max-w-[720px] overflow-y-auto p-4 pane:p-8">
      <Link to="/channels" className="mb-3 inline-flex items-center gap-1.5 rounded-md text-13 text-ink-2 hover:text-ink">
        <ArrowLeft aria-hidden className="size-4 rtl:-scale-x-100" />
        {t("back")}
      </Link>
      <h1 className="text-22">{t("connectTitle")}</h1>
      <p className="mt-1 text-13 text-ink-3">{t("connectText")}</p>
      <ConnectSteps step={step} />
      <h2 ref={title} tabIndex={-1} className="mb-3 text-16 outline-none">
        {step === "provider" ? t("which") : t(`steps.${step}`)}
      </h2>
      {step === "provider" && (
        <ul className="grid gap-3 pane:grid-cols-2">
          {PROVIDERS.map((each) => (
            <li key={each} className="grid">
              <button type="button" onClick={() => setProvider(each)} className="rounded-lg border border-line-strong bg-surface p-4 text-start hover:bg-hover">
                <span className="block font-medium">{t(`providers.${each}`)}</span>
                <span className="mt-1 block text-13 text-ink-3">{t(`about.${each}`)}</span>
              </button>
            </li>
          ))}
        </ul>
      )}
      {/* The form stays: whoever comes back to mend a digit finds the rest as it was. */}
      {provider && (
        <div hidden={step !== "details"}>
          <p className="mb-4 flex items-center gap-3 text-13 text-ink-2">
            {t(`providers.${provider}`)}
            <Button size="sm" variant="ghost" onClick={() => setProvider(null)}>
              {t("change")}
            </Button>
          </p>
          <ConnectForm key={provider} provider={provider} connect={connect} onMade={setMade} />
        </div>
      )}
      {made && <Connected made={made} onMend={() => setMade(null)} />}
    </div>
  );
}
