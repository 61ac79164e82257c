import { Link } from "@tanstack/react-router";
import { CircleCheck, Clock3 } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { ChannelCreated } from "@/api/models";
import { Button, buttonClass, CopyLine, useToast } from "@/components";
import { useReasonWords } from "./reasons";

/** What became of a number: what its provider wants to know next, or what is wrong and how to mend it. */
export function Connected({ made, onMend }: { made: ChannelCreated; onMend: () => void }) {
  const { t } = useTranslation("channels");
  const { wordsOf } = useReasonWords();
  const toast = useToast();
  const isReady = made.status === "active";
  const Icon = isReady ? CircleCheck : Clock3;
  return (
    <div className="grid gap-4">
      <div role="status" className="flex gap-3 rounded-lg border border-line bg-surface p-4">
        <Icon aria-hidden className={isReady ? "size-5 flex-none text-success" : "size-5 flex-none text-warning"} />
        <div className="min-w-0">
          <p className="font-medium">{t(isReady ? "created" : "waiting", { name: made.name })}</p>
          <p className="mt-0.5 text-13 text-ink-2">{isReady ? t("createdText") : wordsOf(made)}</p>
        </div>
      </div>
      <CopyLine label={t("webhook")} help={t(`webhookHelp.${made.provider}`)} value={made.webhook_url} onCopied={() => toast({ text: t("copied") })} />
      {made.verify_token && <CopyLine label={t("verify")} help={t("verifyHelp")} value={made.verify_token} onCopied={() => toast({ text: t("copied") })} />}
      <div className="flex flex-wrap justify-end gap-2">
        {!isReady && (
          <Button variant="primary" onClick={onMend}>
            {t("mend")}
          </Button>
        )}
        <Link to="/channels" className={buttonClass({ variant: isReady ? "primary" : "secondary" })}>
          {t(isReady ? "done" : "later")}
        </Link>
      </div>
    </div>
  );
}
