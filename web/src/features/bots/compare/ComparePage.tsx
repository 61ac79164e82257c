import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { ArrowLeftRight, ChevronLeft, RotateCcw } from "lucide-react";
import { lazy, Suspense, useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { Flow, FlowNodeType } from "@/api/models";
import { buttonClass, cx, Empty, ErrorState, IconButton, SkeletonRows, Tabs } from "@/components";
import { useMay } from "@/features/workspace/useMay";
import { botsQuery, flowQuery, nodeTypesQuery } from "../queries";
import { ChangeList } from "./ChangeList";
import { compareFlows, isEqual } from "./compare";
import { JsonChanges } from "./JsonChanges";
import { type Side, SideSelect } from "./SideSelect";

const DiffCanvas = lazy(() => import("./DiffCanvas").then((module) => ({ default: module.DiffCanvas })));
export const VIEWS = ["fields", "drawing", "json"] as const;

/** Two versions of a flow, or one and the draft: drawn as one, as a list of what changed, and as JSON. */
export function ComparePage() {
  const { t } = useTranslation(["compare", "common"]);
  const { botId } = useParams({ from: "/signed-in/flows/$botId/compare" });
  const { from = "published", to = "draft", view = "fields" } = useSearch({ from: "/signed-in/flows/$botId/compare" });
  const navigate = useNavigate({ from: "/flows/$botId/compare" });
  const bots = useQuery(botsQuery);
  const bot = bots.data?.find((each) => each.id === botId);
  const mayWrite = useMay("bots:write");
  const before = useQuery(flowQuery(botId, from));
  const after = useQuery({ ...flowQuery(botId, to), staleTime: 0 });
  const types = useQuery(nodeTypesQuery);
  const failed = [before, after, types].find((query) => query.isLoadingError);
  const show = (change: { from?: Side; to?: Side; view?: (typeof VIEWS)[number] }) => void navigate({ search: (last) => ({ ...last, ...change }), replace: true });
  const old = before.data?.version;
  if (bots.isSuccess && !bot) return <Empty title={t("common:error.notFound")} text={t("common:error.notFoundText")} />;
  return (
    <div className="flex min-h-0 grow flex-col">
      <header className="flex min-h-(--topbar-h) flex-none flex-wrap items-center gap-2 border-b border-line bg-surface px-4 py-2">
        <Link to="/flows/$botId" params={{ botId }} aria-label={t("back")} className="grid size-8 flex-none place-items-center rounded-md text-ink-2 hover:bg-hover pointer-coarse:size-11">
          <ChevronLeft aria-hidden="true" className="flip size-4" />
        </Link>
        <h1 dir="auto" className="cut text-16">
          {t("title", { name: bot?.name ?? "" })}
        </h1>
        <span className="grow" />
        <SideSelect botId={botId} label={t("before")} value={from} onChange={(side) => show({ from: side })} />
        <IconButton icon={ArrowLeftRight} label={t("swap")} onClick={() => show({ from: to, to: from })} />
        <SideSelect botId={botId} label={t("after")} value={to} onChange={(side) => show({ to: side })} />
        {mayWrite && typeof old === "number" && (
          <Link to="/flows/$botId" params={{ botId }} search={{ version: "draft", restore: old }} className={buttonClass({})}>
            <RotateCcw aria-hidden="true" strokeWidth={1.75} className="size-4" />
            {t("restore", { number: old })}
          </Link>
        )}
      </header>
      {failed && (
        <div className="p-6">
          <ErrorState title={t("failed.title")} text={t("failed.text")} error={failed.error} action={{ label: t("again"), onPress: () => void failed.refetch() }} />
        </div>
      )}
      {!failed && (!before.data || !after.data || !types.data) && <div className="p-6"><SkeletonRows /></div>}
      {before.data && after.data && types.data && <Compared before={before.data} after={after.data} types={types.data.data} view={view} onView={(next) => show({ view: next })} />}
    </div>
  );
}

type ComparedProps = { before: Flow; after: Flow; types: readonly FlowNodeType[]; view: (typeof VIEWS)[number]; onView: (view: (typeof VIEWS)[number]) => void };

function Compared({ before, after, types, view, onView }: ComparedProps) {
  const { t } = useTranslation("compare");
  const found = useMemo(() => compareFlows(before.blueprint, after.blueprint), [before, after]);
  if (isEqual(found)) return <Empty title={t("same")} text={t("sameText")} />;
  const counts = { fields: found.steps.length + found.links.length + (found.whole.length ? 1 : 0) };
  return (
    <Tabs
      label={t("views")}
      value={view}
      items={VIEWS.map((each) => ({ value: each, label: t(`view.${each}`), count: each === "fields" ? String(counts.fields) : undefined }))}
      onChange={onView}
      listClassName="px-4"
      className="flex min-h-0 grow flex-col"
      isPanelScrolled={view !== "drawing"}
      panelClassName={cx("min-h-0 grow outline-offset-[-2px]", view === "drawing" ? "flex" : "overflow-y-auto")}
    >
      {view === "fields" && <ChangeList found={found} before={before.blueprint} after={after.blueprint} types={types} />}
      {view === "json" && <JsonChanges found={found} before={before.blueprint} after={after.blueprint} types={types} />}
      {view === "drawing" && (
        <Suspense fallback={<SkeletonRows />}>
          <DiffCanvas key={`${before.version}/${after.version}`} found={found} before={before.blueprint} after={after.blueprint} types={types} />
        </Suspense>
      )}
    </Tabs>
  );
}
