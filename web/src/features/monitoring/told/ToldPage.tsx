import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { Empty, ErrorState, Select, SkeletonRows } from "@/components";
import { channelsQuery } from "@/features/channels/queries";
import { More } from "@/features/settings/More";
import { SEVERITIES, type ToldSearch, TOPICS } from "@/routes/monitoring";
import { toldQuery } from "./queries";
import { ToldList } from "./ToldList";

const route = getRouteApi("/signed-in/monitoring/whatsapp");
const ANY = "any";

/** What WhatsApp says of the account, its numbers and its templates. */
export function ToldPage() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  return (
    <>
      <ToldFilters search={search} onChange={(changes) => void navigate({ search: (before) => ({ ...before, ...changes }), replace: true })} />
      <Told key={JSON.stringify(search)} search={search} />
    </>
  );
}

function ToldFilters({ search, onChange }: { search: ToldSearch; onChange: (changes: ToldSearch) => void }) {
  const { t } = useTranslation(["told", "monitoring"]);
  const channels = useQuery(channelsQuery).data ?? [];
  return (
    <div className="mb-3 grid grid-cols-2 gap-2 pane:grid-cols-4">
      <div className="col-span-2">
        <Select
          label={t("monitoring:channel")}
          value={search.channel ?? ANY}
          onChange={(channel) => onChange({ channel: channel === ANY ? undefined : channel })}
          options={[{ value: ANY, label: t("monitoring:anyChannel") }, ...channels.map(({ id, name }) => ({ value: id, label: name }))]}
        />
      </div>
      <Select
        label={t("severityLabel")}
        value={search.severity ?? ANY}
        onChange={(chosen) => onChange({ severity: SEVERITIES.find((value) => value === chosen) })}
        options={[{ value: ANY, label: t("anySeverity") }, ...SEVERITIES.map((value) => ({ value, label: t(`severity.${value}`) }))]}
      />
      <Select
        label={t("aboutLabel")}
        value={search.about ?? ANY}
        onChange={(chosen) => onChange({ about: TOPICS.find((value) => value === chosen) })}
        options={[{ value: ANY, label: t("anyAbout") }, ...TOPICS.map((value) => ({ value, label: t(`about.${value}`) }))]}
      />
    </div>
  );
}

/** The list with its states; every filter has its own. */
export function Told({ search }: { search: ToldSearch }) {
  const { t } = useTranslation(["told", "monitoring"]);
  const pages = useInfiniteQuery(toldQuery(search));
  if (pages.isPending) return <SkeletonRows rows={6} />;
  if (pages.isError)
    return (
      <ErrorState title={t("failed")} text={t("monitoring:failedText")} error={pages.error} action={{ label: t("monitoring:again"), onPress: () => void pages.refetch() }} />
    );
  const rows = pages.data.pages.flatMap((page) => page.data);
  const isFiltered = Object.values(search).some(Boolean);
  if (rows.length === 0) return <Empty title={t(isFiltered ? "nothing" : "empty")} text={t(isFiltered ? "nothingText" : "emptyText")} />;
  return (
    <>
      <ToldList rows={rows} />
      <More pages={pages} />
    </>
  );
}
