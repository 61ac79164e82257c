import { RotateCcw } from "lucide-react";
import { useTranslation } from "react-i18next";
import { useLanguage } from "@/app/preferences";
import { Button, Switch, WingMeter } from "@/components";
import { useAdvance, useFault, usePhoneFormat, useResetClock } from "./queries";
import { FAULTS, isOn, type Thread, type World } from "./world";

const STEPS = [
  ["hour", 3_600],
  ["almostDay", 23 * 3_600],
  ["day", 24 * 3_600],
] as const;

/** Of these, what they do is said in words rather than in a code of the provider. */
const WORDS = { lost: "shown.lost", slow: "shown.slow" } as const;

/** The clock, and what may go wrong. */
export function WorldPanel({ world, thread }: { world: World; thread: Thread | undefined }) {
  const { t } = useTranslation("phone");
  const language = useLanguage();
  const advance = useAdvance();
  const reset = useResetClock();
  const moved = reset.submittedAt > advance.submittedAt ? reset : advance;
  const fault = useFault(world.faults);
  const now = new Date(world.clock.now);
  const format = usePhoneFormat(language);
  const left = thread?.window_ends_at ? Math.max(0, (Date.parse(thread.window_ends_at) - now.getTime()) / 3_600_000) : 0;
  return (
    <div className="grid flex-none border-b border-line wide:grid-cols-2">
      <section className="border-line p-5 max-wide:border-b wide:border-e">
        <div className="flex items-center">
          <h2 className="grow text-13 font-medium">{t("clock")}</h2>
          <Button size="sm" variant="ghost" icon={RotateCcw} isBusy={reset.isPending} onClick={() => reset.mutate(undefined)}>
            {t("now")}
          </Button>
        </div>
        <p className="num text-36 leading-tight font-semibold tracking-tight">{format.time(now)}</p>
        <p className="text-12 text-ink-2">
          {format.day(now)}
          {world.clock.time_zone && (
            <>
              {" "}
              · <bdi>{format.zone(now)}</bdi>
            </>
          )}
        </p>
        <div className="mt-3 flex flex-wrap gap-2">
          {STEPS.map(([name, seconds]) => (
            <Button key={name} isBusy={advance.isPending && advance.variables === seconds} onClick={() => advance.mutate(seconds)}>
              {t(`step.${name}`)}
            </Button>
          ))}
        </div>
        {moved.isError && (
          <p role="alert" className="mt-2 text-12 text-danger">
            {moved.error.message}
          </p>
        )}
        {moved.data && moved.data.listeners.length > 0 && (
          <ul role="status" className="mt-2 grid gap-1 text-12">
            {moved.data.listeners.map((listener) => (
              <li key={listener.url} className={listener.ok ? "text-success" : "text-danger"}>
                {listener.ok ? t("listener.ok") : t("listener.bad", { reason: listener.error ?? "" })}
              </li>
            ))}
          </ul>
        )}
        {thread && (
          <p className="mt-3 flex flex-wrap items-center gap-2 text-12 text-ink-2">
            <WingMeter left={Math.ceil(left)} tone={left < 2 ? "warning" : "ink"} className="w-28" />
            {left > 0 ? t("window.open", { hours: Math.floor(left), minutes: Math.floor((left % 1) * 60) }) : t("window.shut")}
          </p>
        )}
      </section>
      <section className="p-5">
        <h2 className="mb-1.5 text-13 font-medium">{t("wrong")}</h2>
        <ul className="grid gap-1.5">
          {Object.entries(FAULTS).map(([name, { shown }]) => (
            <li key={name} className="flex items-center gap-3 text-13">
              <Switch isOn={isOn(world.faults, name)} onChange={() => fault.mutate(name)} label={t(`fault.${name as "lost"}`)} />
              <span className="grow">{t(`fault.${name as "lost"}`)}</span>
              <span className="ltr num text-12 text-ink-3">{name in WORDS ? t(WORDS[name as "lost"]) : shown}</span>
            </li>
          ))}
        </ul>
      </section>
    </div>
  );
}
