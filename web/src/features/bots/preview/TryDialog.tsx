import { useQuery } from "@tanstack/react-query";
import { Smartphone } from "lucide-react";
import { QRCodeSVG } from "qrcode.react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { ApiError } from "@/api";
import type { DraftPassCreated } from "@/api/models";
import { Button, buttonClass, CopyLine, Dialog, Field, Select, Skeleton, useToast } from "@/components";
import { setupQuery, useFormat } from "@/features/auth/queries";
import { channelsQuery } from "@/features/workspace/queries";
import { useErrorWords } from "@/i18n/useErrorWords";
import { Passes } from "./Passes";
import { useMakePass } from "./queries";

type TryProps = { isOpen: boolean; onClose: () => void; botId: string; onSave: () => Promise<void>; onProblems: () => void };

const MINUTES = ["15", "60", "240", "1440"] as const;

/** The draft on one's own phone: a word that opens it to the one number that sends it first. */
export function TryDialog({ isOpen, onClose, ...rest }: TryProps) {
  const { t } = useTranslation("preview");
  return (
    <Dialog isOpen={isOpen} onOpenChange={onClose} title={t("try.title")} text={t("try.text")}>
      {isOpen && <Body {...rest} />}
    </Dialog>
  );
}

function Body({ botId, onSave, onProblems }: Omit<TryProps, "isOpen" | "onClose">) {
  const { t } = useTranslation("preview");
  const { reasonOf } = useErrorWords();
  const channels = useQuery(channelsQuery);
  const make = useMakePass(botId, onSave);
  const [chosen, setChosen] = useState<string>();
  const [minutes, setMinutes] = useState<(typeof MINUTES)[number]>("60");
  const active = channels.data?.filter((channel) => channel.status === "active") ?? [];
  const channelId = chosen ?? active[0]?.id;
  const isFaulty = make.error instanceof ApiError && make.error.code === "flow_invalid";
  if (channels.isPending) return <Skeleton className="mt-3 h-40">{null}</Skeleton>;
  return (
    <div className="mt-3 grid gap-3">
      {make.data ? (
        <Made made={make.data} onAgain={make.reset} />
      ) : !channelId ? (
        <p role="status" className="text-13 text-ink-2">
          {t("try.noNumber")}
        </p>
      ) : (
        <form
          className="grid gap-3"
          onSubmit={(event) => {
            event.preventDefault();
            if (!make.isPending) make.mutate({ channel_id: channelId, minutes: Number(minutes) });
          }}
        >
          <Field label={t("try.number")}>
            <Select value={channelId} options={active.map((channel) => ({ value: channel.id, label: `${channel.name} · ${ltr(channel.number)}` }))} onChange={setChosen} />
          </Field>
          <Field label={t("try.minutes")}>
            <Select value={minutes} options={MINUTES.map((each) => ({ value: each, label: t(`try.for.${each}`) }))} onChange={(value) => setMinutes(value as typeof minutes)} />
          </Field>
          {make.isError && (
            <p role="alert" className="flex flex-wrap items-center gap-2 text-13 text-danger">
              <span className="grow">{isFaulty ? t("faulty") : reasonOf(make.error)}</span>
              {isFaulty && (
                <Button size="sm" onClick={onProblems}>
                  {t("showProblems")}
                </Button>
              )}
            </p>
          )}
          <Button variant="primary" type="submit" isBusy={make.isPending} className="justify-self-end">
            {t("try.make")}
          </Button>
        </form>
      )}
      <Passes botId={botId} />
    </div>
  );
}

/** The word, once: written by a QR code on a phone, or by hand. */
function Made({ made, onAgain }: { made: DraftPassCreated; onAgain: () => void }) {
  const { t } = useTranslation("preview");
  const format = useFormat();
  const toast = useToast();
  const setup = useQuery(setupQuery);
  const phone = setup.data?.has_simulator ? setup.data.simulator_url : null;
  return (
    <section aria-label={t("try.word")} className="grid gap-3">
      {!phone && (
        <div className="grid justify-items-center gap-1">
          <div className="rounded-lg bg-white p-3">
            <QRCodeSVG value={made.link} size={160} title={t("try.scan")} />
          </div>
          <a href={made.link} target="_blank" rel="noreferrer" className="text-13 text-accent-ink underline">
            {t("try.open")}
          </a>
        </div>
      )}
      <CopyLine label={t("try.word")} help={t("try.wordHelp", { number: made.number, time: format.time(made.expires_at) })} value={made.word} onCopied={() => toast({ text: t("try.copied") })} />
      <p className="text-12 text-ink-3">{t("try.held")}</p>
      <div className="flex flex-wrap justify-end gap-2">
        <Button onClick={onAgain}>{t("try.another")}</Button>
        {phone && (
          <a href={phone} target="_blank" rel="noreferrer" className={buttonClass({ variant: "primary" })}>
            <Smartphone aria-hidden="true" strokeWidth={1.75} className="size-4" />
            {t("try.simulated")}
          </a>
        )}
      </div>
    </section>
  );
}

/** A number within words of either direction: its plus stays in front. */
const ltr = (number: string) => `\u2066${number}\u2069`;
