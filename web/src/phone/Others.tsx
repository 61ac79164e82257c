import { ArrowLeftRight, Check, CircleAlert, History, type LucideIcon, Megaphone, Store } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Button, Dialog } from "@/components";
import { EchoForm, HandoverForm, HistoryForm, NewsForm } from "./OthersForms";
import { useOther } from "./queries";
import type { Channel, Person } from "./world";

const DOINGS = {
  echo: { icon: Store, Form: EchoForm },
  history: { icon: History, Form: HistoryForm },
  handover: { icon: ArrowLeftRight, Form: HandoverForm },
  news: { icon: Megaphone, Form: NewsForm },
} as const;
type Doing = keyof typeof DOINGS;
const DOING_NAMES = Object.keys(DOINGS) as Doing[];

/** What others than the person do with this number: its owner on the phone, another app, WhatsApp itself. */
export function Others({ person, channel, now }: { person: Person; channel: Channel; now: Date }) {
  const { t } = useTranslation("phone");
  const [doing, setDoing] = useState<Doing | null>(null);
  const other = useOther();
  const Form = doing && DOINGS[doing].Form;
  return (
    <section className="flex-none border-b border-line px-5 py-3">
      <h2 className="mb-2 text-13 font-medium">{t("others.title")}</h2>
      {channel.provider === "meta" ? (
        <div className="flex flex-wrap gap-2">
          {DOING_NAMES.map((name) => (
            <Opener key={name} icon={DOINGS[name].icon} label={t(`others.${name}.title`)} onPress={() => setDoing(name)} />
          ))}
        </div>
      ) : (
        <p className="text-12 text-ink-3">{t("others.metaOnly")}</p>
      )}
      <p role="status" className="text-12">
        {other.isSuccess && doing === null && (
          <span className="mt-2 flex items-center gap-1.5 text-success">
            <Check aria-hidden="true" strokeWidth={1.75} className="size-3.5" />
            {t("others.told")}
          </span>
        )}
      </p>
      <Dialog isOpen={doing !== null} onOpenChange={(isOpen) => !isOpen && setDoing(null)} title={doing ? t(`others.${doing}.title`) : ""} text={doing && t(`others.${doing}.text`, { name: person.name })}>
        {other.isError && (
          <p role="alert" className="mt-2 flex items-start gap-1.5 text-12 text-danger">
            <CircleAlert aria-hidden="true" strokeWidth={1.75} className="mt-0.5 size-3.5 flex-none" />
            {other.error.message}
          </p>
        )}
        {Form && <Form person={person} channel={channel} now={now} isBusy={other.isPending} onDo={(done) => other.mutate(done, { onSuccess: () => setDoing(null) })} />}
      </Dialog>
    </section>
  );
}

function Opener({ icon, label, onPress }: { icon: LucideIcon; label: string; onPress: () => void }) {
  return (
    <Button icon={icon} aria-haspopup="dialog" onClick={onPress}>
      {label}
    </Button>
  );
}
