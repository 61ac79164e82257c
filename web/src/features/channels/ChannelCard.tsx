import { serverNow } from "@/api";
import { useQuery } from "@tanstack/react-query";
import { CircleAlert, CircleCheck, CirclePause, Clock3 } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Channel } from "@/api/models";
import { Badge, Button, CopyLine, Dialog, PhoneNumber, useToast } from "@/components";
import { useFormat } from "@/features/auth/queries";
import { useMay } from "@/features/workspace/useMay";
import { useErrorWords } from "@/i18n/useErrorWords";
import { ChannelFacts } from "./ChannelFacts";
import { MendLink } from "./MendLink";
import { RemoveDialog } from "./RemoveDialog";
import { ReplaceDialog } from "./ReplaceDialog";
import { idsOf } from "./providers";
import { brokenItemsQuery, useChangeChannel, useCheckChannel } from "./queries";
import { useReasonWords } from "./reasons";

const LOOKS = {
  active: { tone: "success", icon: CircleCheck },
  pending: { tone: "warning", icon: Clock3 },
  disabled: { tone: "plain", icon: CirclePause },
  error: { tone: "danger", icon: CircleAlert },
} as const;

/** One number: its state and the reason, its addresses, and what can be done about it. */
export function ChannelCard({ channel }: { channel: Channel }) {
  const { t } = useTranslation("channels");
  const format = useFormat();
  const toast = useToast();
  const { reasonOf } = useErrorWords();
  const { wordsOf } = useReasonWords();
  const change = useChangeChannel();
  const check = useCheckChannel();
  const [question, setQuestion] = useState<"disable" | "replace" | "remove" | null>(null);
  const look = LOOKS[channel.status];
  const failure = change.error ?? check.error;
  // A banned account has good credentials: it needs an appeal.
  const isBlocked = channel.status_reason_code === "account_blocked" || channel.status_reason_code === "account_restricted";
  const mayChange = useMay("channels:write");
  const mayReadJournal = useMay("journal:read");
  return (
    <article className="rounded-lg border border-line bg-surface p-4 pane:p-5">
      <header className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <h2 dir="auto" className="text-16">
          {channel.name}
        </h2>
        <Badge tone={look.tone} icon={look.icon}>
          {t(`status.${channel.status}`)}
        </Badge>
        <span className="text-13 text-ink-3">
          <PhoneNumber number={channel.number} />
        </span>
        <span className="text-12 text-ink-3">{t(`providers.${channel.provider}`)}</span>
      </header>
      {channel.status_reason && (
        <p dir="auto" className="own-side mt-1 text-13 text-ink-2">
          {wordsOf(channel)}
        </p>
      )}
      <ChannelFacts channel={channel} />
      <p className="mt-1 text-12 text-ink-3">{channel.last_webhook_at ? t("last", { when: format.short(channel.last_webhook_at, serverNow()) }) : t("never")}</p>
      <div className="mt-4 grid gap-3">
        <CopyLine label={t("webhook")} help={t(`webhookHelp.${channel.provider}`)} value={channel.webhook_url} onCopied={() => toast({ text: t("copied") })} />
        <dl className="flex flex-wrap gap-x-6 gap-y-1 text-12 text-ink-3">
          {idsOf(channel).map(({ label, value }) => (
            <Id key={label} label={t(label)} value={value} />
          ))}
        </dl>
        {mayChange && <p className="text-12 text-ink-3">{t("credentials")}</p>}
      </div>
      {failure && (
        <p role="alert" className="mt-3 text-13 text-danger">
          {reasonOf(failure)}
        </p>
      )}
      {mayChange && (
        <div className="mt-4 flex flex-wrap gap-2">
          <Button isBusy={check.isPending} onClick={() => check.mutate(channel.id)}>
            {t("check")}
          </Button>
          <MendLink action={isBlocked ? "appeal" : null} />
          <Button aria-haspopup="dialog" onClick={() => setQuestion("replace")}>{t(channel.activated_at ? "replace" : "replaceIds")}</Button>
          {channel.status === "disabled" ? (
            <Button isBusy={change.isPending} onClick={() => change.mutate({ id: channel.id, status: "active" })}>
              {t("enable")}
            </Button>
          ) : (
            <Button variant="ghost" aria-haspopup="dialog" onClick={() => setQuestion("disable")}>
              {t("disable")}
            </Button>
          )}
          <Button variant="ghost" aria-haspopup="dialog" onClick={() => setQuestion("remove")}>
            {t("remove")}
          </Button>
        </div>
      )}
      {mayReadJournal && <BrokenItems channelId={channel.id} />}
      <Dialog
        isOpen={question === "disable"}
        onOpenChange={() => setQuestion(null)}
        title={t("disableTitle", { name: channel.name })}
        text={t("disableText")}
        actions={
          <>
            <Button onClick={() => setQuestion(null)}>{t("cancel")}</Button>
            <Button variant="danger" isBusy={change.isPending} onClick={() => change.mutate({ id: channel.id, status: "disabled" }, { onSettled: () => setQuestion(null) })}>
              {t("disable")}
            </Button>
          </>
        }
      />
      <ReplaceDialog channel={channel} isOpen={question === "replace"} onOpenChange={() => setQuestion(null)} />
      <RemoveDialog channel={channel} isOpen={question === "remove"} onOpenChange={() => setQuestion(null)} />
    </article>
  );
}

function Id({ label, value }: { label: string; value: string }) {
  return (
    <div className="flex flex-wrap gap-x-1.5">
      <dt>{label}</dt>
      <dd className="ltr font-mono break-all">{value}</dd>
    </div>
  );
}

/** What came for this number and could not be filed, as it came. Silent when there is nothing. */
function BrokenItems({ channelId }: { channelId: string }) {
  const { t } = useTranslation("channels");
  const format = useFormat();
  const items = useQuery(brokenItemsQuery(channelId)).data ?? [];
  if (items.length === 0) return null;
  return (
    <section className="mt-5 border-t border-line pt-4">
      <h3 className="text-13 font-medium">{t("broken")}</h3>
      <p className="text-12 text-ink-3">{t("brokenText")}</p>
      <ul className="mt-2 grid gap-1">
        {items.map((item) => (
          <li key={item.id}>
            <details className="rounded-md border border-line px-3 py-2 text-12">
              <summary className="cursor-pointer text-ink-2">
                {format.date(item.received_at)} · <bdi>{item.reason}</bdi>
              </summary>
              <pre tabIndex={0} dir="ltr" className="mt-2 max-h-60 overflow-auto rounded-md bg-sunken p-2 font-mono text-11">
                {JSON.stringify(item.raw, null, 2)}
              </pre>
            </details>
          </li>
        ))}
      </ul>
    </section>
  );
}
