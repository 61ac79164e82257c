import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { ChevronLeft, CircleAlert } from "lucide-react";
import { lazy, Suspense, useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useLanguage } from "@/app/preferences";
import { Badge, Button, Empty, ErrorState, Sheet, SkeletonRows } from "@/components";
import { useMay } from "@/features/workspace/useMay";
import { FlowOutline } from "./FlowOutline";
import { drawFlow } from "./graph";
import { NodeInspector } from "./NodeInspector";
import { PublishButton } from "./PublishButton";
import { botsQuery, type FlowChoice, flowQuery, nodeTypesQuery } from "./queries";
import { VersionsButton } from "./VersionsButton";

const FlowCanvas = lazy(() => import("./FlowCanvas").then((module) => ({ default: module.FlowCanvas })));

/** One bot's flow: what is published, or the draft, drawn on wide screens and as an outline on phones. */
export function BotPage() {
  const { t } = useTranslation(["bots", "common"]);
  const { botId } = useParams({ from: "/signed-in/flows/$botId" });
  const search = useSearch({ from: "/signed-in/flows/$botId" });
  const navigate = useNavigate({ from: "/flows/$botId" });
  const language = useLanguage();
  const mayPublish = useMay("bots:write");
  const bots = useQuery(botsQuery);
  const bot = bots.data?.find((candidate) => candidate.id === botId);
  const version: FlowChoice = search.version ?? (bot?.published ? "published" : "draft");
  const flow = useQuery({ ...flowQuery(botId, version), enabled: bot !== undefined || search.version !== undefined });
  const types = useQuery(nodeTypesQuery);
  const failed = [bots, flow, types].find((query) => query.isLoadingError);
  const isGone = bots.isSuccess && !bot;
  const drawn = useMemo(() => flow.data && types.data && drawFlow(flow.data.blueprint, types.data, flow.data.waiting, language), [flow.data, types.data, language]);
  const faulty = useMemo(() => new Set(flow.data?.faults.flatMap((fault) => (fault.node_id && fault.severity === "error" ? [fault.node_id] : []))), [flow.data]);
  const selected = drawn?.nodes.find((node) => node.id === search.node) ?? null;
  const select = (node: string | null) => void navigate({ search: (last) => ({ ...last, node: node ?? undefined }), replace: true });
  const names = new Map(drawn?.nodes.map((node) => [node.id, node.name]));
  const inspector = selected && flow.data && (
    <NodeInspector node={selected} names={names} blueprint={flow.data.blueprint} faults={flow.data.faults.filter((fault) => fault.node_id === selected.id)} />
  );
  const errors = flow.data?.faults.filter((fault) => fault.severity === "error").length ?? 0;
  return (
    <div className="flex min-h-0 grow flex-col">
      <header className="flex min-h-(--topbar-h) flex-none flex-wrap items-center gap-x-3 gap-y-1 border-b border-line bg-surface px-4 py-2">
        <Link to="/flows" aria-label={t("back")} className="grid size-8 place-items-center rounded-md text-ink-2 hover:bg-hover pointer-coarse:size-11">
          <ChevronLeft aria-hidden="true" className="flip size-4" />
        </Link>
        <h1 dir="auto" className="cut text-16">
          {bot?.name ?? flow.data?.blueprint.name}
        </h1>
        {flow.data && <Badge>{flow.data.version === null ? t("draft") : t("version", { number: flow.data.version })}</Badge>}
        {bot && bot.waiting > 0 && <span className="text-12 text-ink-3">{t("waiting", { count: bot.waiting })}</span>}
        <span className="grow" />
        {errors > 0 && (
          <span className="inline-flex items-center gap-1 text-12 text-danger">
            <CircleAlert aria-hidden="true" className="size-3.5" />
            {t("faults", { count: errors })}
          </span>
        )}
        <div role="group" aria-label={t("which")} className="flex gap-1">
          {(bot?.published ? (["published", "draft"] as const) : (["draft"] as const)).map((choice) => (
            <Button
              key={choice}
              size="sm"
              variant={choice === version ? "secondary" : "ghost"}
              aria-pressed={choice === version}
              onClick={() => void navigate({ search: (last) => ({ ...last, version: choice }), replace: true })}
            >
              {t(choice)}
            </Button>
          ))}
        </div>
        {bot && <VersionsButton bot={bot} shown={version} blueprint={flow.data?.blueprint} onShow={(choice) => void navigate({ search: (last) => ({ ...last, version: choice }), replace: true })} />}
        {bot && mayPublish && <PublishButton bot={bot} onFault={(node) => void navigate({ search: { version: "draft", node: node ?? undefined } })} />}
      </header>
      {isGone && <Empty title={t("common:error.notFound")} text={t("common:error.notFoundText")} />}
      {failed && !isGone && (
        <div className="p-6">
          <ErrorState
            title={t("failed.title")}
            text={t("failed.text")}
            error={failed.error}
            action={{ label: t("again"), onPress: () => void Promise.all([bots, flow, types].filter((query) => query.isError).map((query) => query.refetch())) }}
          />
        </div>
      )}
      {!drawn && !failed && !isGone && (
        <div className="p-6">
          <SkeletonRows />
        </div>
      )}
      {drawn && (
        <div className="flex min-h-0 grow">
          <div className="min-w-0 grow bg-canvas max-pane:hidden">
            <Suspense fallback={<SkeletonRows />}>
              <FlowCanvas key={version} flow={drawn} faulty={faulty} selected={selected?.id ?? null} onSelect={select} />
            </Suspense>
          </div>
          <div className="grow overflow-y-auto pane:hidden">
            <FlowOutline flow={drawn} faulty={faulty} selected={selected?.id ?? null} onSelect={select} />
          </div>
          <aside aria-label={t("inspector")} className="w-[304px] flex-none overflow-y-auto border-s border-line bg-canvas max-wide:hidden">
            {inspector ?? <FlowOutline flow={drawn} faulty={faulty} selected={null} onSelect={select} />}
          </aside>
        </div>
      )}
      <div className="wide:hidden">
        <Sheet isOpen={selected !== null && isNarrow()} onOpenChange={() => select(null)} title={selected?.name ?? ""}>
          {inspector}
        </Sheet>
      </div>
    </div>
  );
}

function isNarrow(): boolean {
  return !window.matchMedia("(min-width: 1200px)").matches;
}
