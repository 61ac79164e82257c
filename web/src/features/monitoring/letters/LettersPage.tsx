import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { Archive, RotateCw, Timer } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Button, Empty, ErrorState, Select, SkeletonRows, Tabs } from "@/components";
import { useFormat } from "@/features/auth/queries";
import { channelsQuery } from "@/features/channels/queries";
import { More } from "@/features/settings/More";
import { useMay } from "@/features/workspace/useMay";
import { LETTER_STATES, type LettersSearch } from "@/routes/monitoring";
import { lettersQuery, statsQuery } from "../queries";
import { SelectionBar } from "../SelectionBar";
import { useSelection } from "../useSelection";
import { ArchiveDialog } from "./ArchiveDialog";
import { LetterList } from "./LetterList";
import { PlanDialog } from "./PlanDialog";
import { useRetrySelection } from "./useRetrySelection";

const route = getRouteApi("/signed-in/monitoring/dead-letters");
const ANY = "any";

/** What could not be handled or sent: why, in words, and what mends it. */
export function LettersPage() {
  const { t } = useTranslation("monitoring");
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const stats = useQuery(statsQuery).data;
  const format = useFormat();
  const channels = useQuery(channelsQuery).data ?? [];
  const mayWrite = useMay("dead_letters:write");
  const mayPlan = useMay("workspace:write");
  const [isPlanning, setPlanning] = useState(false);
  const change = (changes: LettersSearch) => void navigate({ search: (before) => ({ ...before, ...changes }), replace: true });
  const state = search.state ?? "failed";
  return (
    <>
      <div className="mb-3 grid grid-cols-2 items-center gap-2 pane:flex">
        <div className="min-w-0 pane:w-40">
          <Select
            label={t("letters.kindLabel")}
            value={search.kind ?? ANY}
            onChange={(kind) => change({ kind: kind === "send" || kind === "turn" ? kind : undefined })}
            options={[
              { value: ANY, label: t("letters.anyKind") },
              { value: "send", label: t("letters.kind.send") },
              { value: "turn", label: t("letters.kind.turn") },
            ]}
          />
        </div>
        <div className="min-w-0 pane:w-44">
          <Select
            label={t("channel")}
            value={search.channel ?? ANY}
            onChange={(channel) => change({ channel: channel === ANY ? undefined : channel })}
            options={[{ value: ANY, label: t("anyChannel") }, ...channels.map(({ id, name }) => ({ value: id, label: name }))]}
          />
        </div>
        <Button icon={Timer} className="max-pane:col-span-2 pane:ms-auto" aria-haspopup="dialog" onClick={() => setPlanning(true)}>
          {t("letters.plan.title")}
        </Button>
      </div>
      <Tabs
        label={t("letters.title")}
        value={state}
        items={LETTER_STATES.map((value) => ({ value, label: t(`letters.state.${value}`), count: stats?.[value] ? format.number(stats[value]) : undefined }))}
        onChange={(value) => change({ state: value })}
        listClassName="overflow-x-auto"
        panelClassName="pt-3 outline-none!"
      >
        <Letters key={JSON.stringify(search)} search={{ ...search, state }} canWrite={mayWrite === true} />
      </Tabs>
      <PlanDialog isOpen={isPlanning} onOpenChange={setPlanning} canChange={mayPlan === true} />
    </>
  );
}

function Letters({ search, canWrite }: { search: LettersSearch & { state: NonNullable<LettersSearch["state"]> }; canWrite: boolean }) {
  const { t } = useTranslation("monitoring");
  const pages = useInfiniteQuery(lettersQuery(search));
  const rows = pages.data?.pages.flatMap((page) => page.data) ?? [];
  const selection = useSelection(rows);
  const { retry, isRetrying, said } = useRetrySelection();
  const [isArchiving, setArchiving] = useState(false);
  if (pages.isPending) return <SkeletonRows rows={5} />;
  if (pages.isError)
    return <ErrorState title={t("letters.failed")} text={t("failedText")} error={pages.error} action={{ label: t("again"), onPress: () => void pages.refetch() }} />;
  const canChoose = canWrite && (search.state === "failed" || search.state === "archived");
  return (
    <>
      {said}
      {rows.length === 0 ? (
        <Empty title={t(`letters.empty.${search.state}`)} text={t(`letters.emptyText.${search.state}`)} />
      ) : (
        <LetterList rows={rows} selection={canChoose ? selection : null} onRetry={(id) => retry([id])} />
      )}
      <More pages={pages} />
      <SelectionBar count={canChoose ? selection.ids.length : 0} onClear={selection.clear}>
        {search.state === "failed" && (
          <Button icon={Archive} onClick={() => setArchiving(true)}>
            {t("letters.archive")}
          </Button>
        )}
        <Button variant="accent" icon={RotateCw} isBusy={isRetrying} onClick={() => retry(selection.ids, selection.clear)}>
          {t("letters.retry")}
        </Button>
      </SelectionBar>
      <ArchiveDialog ids={selection.ids} isOpen={isArchiving} onOpenChange={setArchiving} onDone={selection.clear} />
    </>
  );
}
