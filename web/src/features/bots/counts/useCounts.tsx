import { keepPreviousData, queryOptions, useQuery } from "@tanstack/react-query";
import { ChartNoAxesColumn, X } from "lucide-react";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { api, dataOf } from "@/api";
import type { Bot } from "@/api/models";
import { Button, IconButton, MenuItem, Select } from "@/components";
import { FOLDED } from "../folding";
import type { FlowChoice } from "../queries";
import { type Layer, readLayer } from "./layer";

const PERIODS = [1, 7, 30, 365] as const;
const REFRESH_MS = 15_000;

const countsQuery = (botId: string, version: string, days: number) =>
  queryOptions({
    queryKey: ["bots", "counts", botId, version, days],
    queryFn: async () => dataOf(await api.GET("/api/bots/{bot_id}/flow/counts", { params: { path: { bot_id: botId }, query: { version, days } } })),
    refetchInterval: REFRESH_MS,
    placeholderData: keepPreviousData,
  });

/** The layer of counts over a flow: its switch, its strip, and what is drawn. What is drafted is counted where it was published. */
export function useCounts(bot: Bot | undefined, shown: FlowChoice): { layer: Layer | null; toggle: React.ReactNode; item: React.ReactNode; strip: React.ReactNode } {
  const { t } = useTranslation("insight");
  const [isOn, setOn] = useState(false);
  const [isOfAll, setOfAll] = useState(false);
  const [days, setDays] = useState<number>(7);
  const number = typeof shown === "number" ? shown : bot?.published?.number;
  const version = isOfAll ? "all" : String(number ?? "published");
  const counts = useQuery({ ...countsQuery(bot?.id ?? "", version, days), enabled: isOn && number !== undefined });
  const layer = useMemo(() => (isOn && counts.data ? readLayer(counts.data) : null), [isOn, counts.data]);
  if (number === undefined) return { layer: null, toggle: null, item: null, strip: null };
  const toggle = (
    <Button size="sm" variant="ghost" icon={ChartNoAxesColumn} title={t("counts.title")} aria-pressed={isOn} onClick={() => setOn(!isOn)} className="aria-pressed:bg-selected aria-pressed:text-ink max-pane:hidden">
      <span className={FOLDED}>{t("counts.title")}</span>
    </Button>
  );
  const item = (
    <MenuItem icon={ChartNoAxesColumn} onSelect={() => setOn(!isOn)}>
      {isOn ? t("counts.close") : t("counts.title")}
    </MenuItem>
  );
  const strip = isOn && (
    <section aria-label={t("counts.title")} className="flex flex-none flex-wrap items-center gap-x-3 gap-y-2 border-t border-line bg-surface px-4 py-2 text-13">
      <span className="w-36">
        <Select
          label={t("counts.which")}
          value={isOfAll ? "all" : "one"}
          options={[
            { value: "one", label: t("counts.version", { number }) },
            { value: "all", label: t("counts.all") },
          ]}
          onChange={(value) => setOfAll(value === "all")}
        />
      </span>
      <span className="w-36">
        <Select label={t("counts.period")} value={String(days)} options={PERIODS.map((period) => ({ value: String(period), label: t(`counts.days.${period}`) }))} onChange={(value) => setDays(Number(value))} />
      </span>
      <p role="status" className="min-w-0 grow basis-40 text-12 text-ink-3">
        {counts.isPending ? t("counts.loading") : counts.isLoadingError ? t("counts.failed") : layer?.isEmpty ? t("counts.empty") : t("counts.legend")}
      </p>
      <IconButton size="sm" icon={X} label={t("counts.close")} onClick={() => setOn(false)} />
    </section>
  );
  return { layer, toggle, item, strip };
}
