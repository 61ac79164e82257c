import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { useLanguage } from "@/app/preferences";
import { ErrorState, SkeletonRows } from "@/components";
import { createFormat } from "@/i18n/format";
import { scheduleRunsQuery } from "./queries";
import { readTimes } from "./times";

/** When a schedule would start its flow next, in words and by the workspace's clock: whoever sets it sees at once what was meant. */
export function ScheduleRuns({ schedule }: { schedule: unknown }) {
  const { t } = useTranslation("outside");
  const language = useLanguage();
  const times = readTimes(schedule);
  const runs = useQuery({ ...scheduleRunsQuery(times ?? { at: "" }), enabled: times !== null });
  if (!times) return null;
  const format = createFormat(language, runs.data?.timezone);
  return (
    <section aria-label={t("runs.title")} className="grid grid-cols-1 gap-2 rounded-md border border-line bg-surface p-3">
      <div>
        <h3 className="text-13">{t("runs.title")}</h3>
        <p className="mt-0.5 text-12 text-ink-3">{t("runs.text")}</p>
      </div>
      {runs.isPending && <SkeletonRows rows={1} />}
      {runs.isLoadingError && <ErrorState title={t("runs.failed")} text={t("failedText")} error={runs.error} action={{ label: t("again"), onPress: () => void runs.refetch() }} />}
      {runs.data?.data.length === 0 && <p className="text-12 text-warning">{t("runs.never")}</p>}
      <ol className="grid gap-1 text-13">
        {runs.data?.data.map((at) => (
          <li key={at} className="flex flex-wrap items-baseline gap-x-2">
            <time dateTime={at} className="grow">
              {format.day(at)}
            </time>
            <span className="num">{format.time(at)}</span>
            <bdi className="num text-12 text-ink-3">{format.zone(at)}</bdi>
          </li>
        ))}
      </ol>
      {runs.data && (
        <p className="text-12 text-ink-3">
          {t("runs.clock")} <bdi dir="ltr">{runs.data.timezone}</bdi>
        </p>
      )}
    </section>
  );
}
