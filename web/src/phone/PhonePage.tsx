import { useQuery } from "@tanstack/react-query";
import { Check, CircleAlert, LayoutDashboard, Pointer } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { setLanguage, useLanguage } from "@/app/preferences";
import { Badge, cx, ErrorState, Mark, PhoneNumber, Select, SkeletonRows } from "@/components";
import { LANGUAGE_NAMES, LANGUAGES } from "@/i18n";
import { Others } from "./Others";
import { People } from "./People";
import { Phone } from "./Phone";
import { peopleQuery, useLive, worldQuery } from "./queries";
import { Wire } from "./Wire";
import { keyOf } from "./world";
import { WorldPanel } from "./WorldPanel";

const PANES = ["people", "phone", "wire"] as const;

/** A WhatsApp on one's own machine: the people, one phone, and everything that goes over the wire. */
export function PhonePage() {
  const { t } = useTranslation("phone");
  useLive();
  const world = useQuery(worldQuery);
  const people = useQuery(peopleQuery);
  const [chosen, setChosen] = useState<string | null>(null);
  const [channelId, setChannelId] = useState<string | null>(null);
  const [pane, setPane] = useState<(typeof PANES)[number]>("phone");
  const person = people.data?.find((candidate) => keyOf(candidate) === chosen) ?? people.data?.[0];
  const channel = world.data?.channels.find((candidate) => candidate.phone_number_id === channelId) ?? world.data?.channels[0];
  const failure = world.error ?? people.error;
  return (
    <div className="flex h-dvh flex-col bg-canvas pane:flex-row">
      <Side dashboard={channel?.callback_url} />
      <nav aria-label={t("panes")} className="flex flex-none gap-1 border-b border-line bg-surface p-2 pane:hidden">
        {PANES.map((name) => (
          <button
            key={name}
            type="button"
            aria-pressed={pane === name}
            onClick={() => setPane(name)}
            className={cx("h-11 flex-1 rounded-md text-13 font-medium", pane === name ? "bg-primary text-on-primary" : "text-ink-2")}
          >
            {t(`pane.${name}`)}
          </button>
        ))}
      </nav>
      {failure && !people.data ? (
        <main className="grow p-6">
          <ErrorState title={t("failed.title")} text={t("failed.text")} action={{ label: t("again"), onPress: () => void Promise.all([world.refetch(), people.refetch()]) }} />
        </main>
      ) : !world.data || !people.data ? (
        <main className="grow p-6">
          <SkeletonRows />
        </main>
      ) : (
        <>
          <aside aria-label={t("pane.people")} className={cx("flex min-h-0 flex-col border-e border-line pane:w-64 pane:flex-none", pane !== "people" && "max-pane:hidden", "max-pane:grow")}>
            <header className="px-4 pt-5 pb-3">
              <p className="text-18 font-semibold">{t("title")}</p>
              <p className="text-12 text-ink-3">{t("local")}</p>
            </header>
            <People
              people={people.data}
              now={new Date(world.data.clock.now)}
              channel={channel?.phone_number_id}
              chosen={person ? keyOf(person) : null}
              onChoose={(key) => {
                setChosen(key);
                setPane("phone");
              }}
            />
            {world.data.channels.length === 1 && channel && (
              <p className="m-3 flex items-center gap-2 rounded-lg border border-line bg-surface p-3 text-13">
                <bdi className="cut grow font-medium">{channel.name}</bdi>
                <Badge tone={channel.is_subscribed && channel.callback_url ? "success" : "warning"} icon={channel.is_subscribed && channel.callback_url ? Check : CircleAlert}>
                  {channel.is_subscribed && channel.callback_url ? t("connected") : t("unheard")}
                </Badge>
              </p>
            )}
            {world.data.channels.length > 1 && channel && (
              <div className="border-t border-line p-3">
                <Select label={t("channel")} value={channel.phone_number_id} onChange={setChannelId} options={world.data.channels.map((one) => ({ value: one.phone_number_id, label: one.name }))} />
                <p className="mt-1.5 px-1 text-12 text-ink-3">
                  <PhoneNumber number={channel.number} />
                </p>
              </div>
            )}
          </aside>
          <main className={cx("grid min-h-0 min-w-0 place-items-center bg-sunken p-3 pane:w-[420px] pane:flex-none pane:p-5", pane !== "phone" && "max-pane:hidden", "max-pane:grow")}>
            {person && channel ? (
              <div className="flex h-full w-full flex-col items-center justify-center gap-5">
                <Phone key={keyOf(person)} person={person} channel={channel} now={new Date(world.data.clock.now)} />
                <p className="flex flex-none items-center gap-2 text-12 text-ink-2 max-pane:hidden [@media(max-height:820px)]:hidden">
                  <Pointer aria-hidden="true" strokeWidth={1.75} className="size-4" />
                  {t("asPerson", { name: person.name })}
                </p>
              </div>
            ) : <p className="text-13 text-ink-3">{t("nobody")}</p>}
          </main>
          <section aria-label={t("pane.wire")} className={cx("flex min-h-0 min-w-0 grow flex-col border-s border-line bg-surface", pane !== "wire" && "max-pane:hidden")}>
            <WorldPanel world={world.data} thread={person?.threads.find((thread) => thread.phone_number_id === channel?.phone_number_id)} />
            {person && channel && <Others person={person} channel={channel} now={new Date(world.data.clock.now)} />}
            <Wire />
            <footer className="flex flex-wrap gap-x-4 gap-y-1 border-t border-line px-5 py-3 text-12 text-ink-3">
              <span className="num">{t("counts.in", { count: world.data.counts.in })}</span>
              <span className="num">{t("counts.out", { count: world.data.counts.out })}</span>
              <span className="num">{t("counts.refused", { count: world.data.counts.refused })}</span>
              <span className={cx("flex grow items-center justify-end gap-1.5 font-medium", world.data.check.ok ? "text-success" : "text-danger")}>
                {world.data.check.ok ? <Check aria-hidden="true" strokeWidth={1.75} className="size-3.5" /> : <CircleAlert aria-hidden="true" strokeWidth={1.75} className="size-3.5" />}
                {world.data.check.ok ? t("check.ok") : t("check.bad", { lost: world.data.check.lost, doubled: world.data.check.doubled })}
              </span>
            </footer>
          </section>
        </>
      )}
    </div>
  );
}

function Side({ dashboard }: { dashboard: string | undefined }) {
  const { t } = useTranslation("phone");
  const language = useLanguage();
  const other = LANGUAGES.find((one) => one !== language) ?? "en";
  const link = "flex flex-col items-center gap-1 rounded-md px-1 py-2 text-11 text-rail-ink-2 hover:text-rail-ink";
  return (
    <nav aria-label={t("title")} className="on-rail flex flex-none items-center gap-2 bg-rail px-3 py-1.5 pane:w-(--rail-w) pane:flex-col pane:px-0 pane:py-4">
      <h1 className="sr-only">{t("title")}</h1>
      <Mark className="size-8 text-rail-mark" />
      <span className="grow" />
      <button type="button" lang={other} onClick={() => void setLanguage(other)} className={link}>
        {LANGUAGE_NAMES[other]}
      </button>
      {dashboard && (
        <a href={new URL(dashboard).origin} className={link}>
          <LayoutDashboard aria-hidden="true" strokeWidth={1.75} className="size-5" />
          {t("dashboard")}
        </a>
      )}
    </nav>
  );
}
