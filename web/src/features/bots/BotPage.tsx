import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { History, Users } from "lucide-react";
import { lazy, Suspense, useCallback, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Bot } from "@/api/models";
import { Bone, Button, buttonClass, cx, Empty, ErrorState, MenuItem, Skeleton, SkeletonRows } from "@/components";
import { useMay } from "@/features/workspace/useMay";
import { useCounts } from "./counts/useCounts";
import { CountsLayer } from "./counts/useLayer";
import { FOLDED } from "./folding";
import { botsQuery, type FlowChoice, flowQuery, nodeTypesQuery } from "./queries";
import { VersionsButton } from "./VersionsButton";
import { Viewer } from "./Viewer";

const Editor = lazy(() => import("./editor/Editor").then((module) => ({ default: module.Editor })));

/** One bot's flow: its draft to be edited by whoever may, else what is published to be looked at. */
export function BotPage() {
  const { t } = useTranslation(["bots", "common", "people"]);
  const { botId } = useParams({ from: "/signed-in/flows/$botId" });
  const search = useSearch({ from: "/signed-in/flows/$botId" });
  const navigate = useNavigate({ from: "/flows/$botId" });
  const mayWrite = useMay("bots:write");
  const mayReadThreads = useMay("conversations:read");
  const [hasVersions, setVersions] = useState(false);
  const bots = useQuery(botsQuery);
  const there = bots.data?.find((candidate) => candidate.id === botId);
  // Whoever edits keeps what is on the canvas, also when the bot is gone: the editor says so, and what can be done.
  const [last, setLast] = useState(there);
  if (there && there !== last) setLast(there);
  const isEditing = mayWrite === true && (search.version ?? "draft") === "draft" && last?.id === botId;
  const bot = there ?? (isEditing ? last : undefined);
  const version: FlowChoice = search.version ?? (mayWrite || !bot?.published ? "draft" : "published");
  const flow = useQuery({ ...flowQuery(botId, version), enabled: (bot !== undefined && mayWrite !== undefined) || search.version !== undefined });
  const types = useQuery(nodeTypesQuery);
  const failed = [bots, flow, types].find((query) => query.isLoadingError);
  const isGone = bots.isSuccess && !bot;
  const showVersion = (choice: FlowChoice) => void navigate({ search: (last) => ({ ...last, version: choice }), replace: true });
  const select = useCallback((node: string | undefined) => void navigate({ search: (last) => (last.node === node ? last : { ...last, node }), replace: true }), [navigate]);
  const endRestore = useCallback(() => void navigate({ search: (last) => ({ ...last, restore: undefined }), replace: true }), [navigate]);
  const counts = useCounts(bot, version);
  const tools = bot && (
    <>
      {counts.toggle}
      <Tools bot={bot} version={version} json={flow.data?.blueprint} onShow={showVersion} isOpen={hasVersions} onOpenChange={setVersions} />
    </>
  );
  const more = (
    <>
      {counts.item}
      {bot?.published && mayReadThreads && (
        <MenuItem icon={Users} onSelect={() => void navigate({ to: "/flows/$botId/people", params: { botId } })}>
          {t("people:open")}
        </MenuItem>
      )}
      <MenuItem icon={History} onSelect={() => setVersions(true)}>
        {t("versions")}
      </MenuItem>
    </>
  );
  const isReady = flow.data !== undefined && types.data !== undefined && bot !== undefined && mayWrite !== undefined;
  return (
    <div className="flex min-h-0 grow flex-col">
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
      {!isReady && !failed && !isGone && <Waiting />}
      <CountsLayer value={counts.layer}>
        {isReady && !isGone && version === "draft" && mayWrite && (
          <Suspense fallback={<Waiting />}>
            <Editor key={botId} bot={bot} opened={flow.data} types={types.data.data} values={types.data.values} node={search.node} onNode={select} restore={search.restore} onRestored={endRestore} tools={tools} more={more} />
          </Suspense>
        )}
        {isReady && !isGone && !(version === "draft" && mayWrite) && <Viewer bot={bot} flow={flow.data} types={types.data.data} selected={search.node} path={search.path} onSelect={select} tools={tools} more={more} />}
      </CountsLayer>
      {isReady && !isGone && counts.strip}
    </div>
  );
}

/** The shape of what comes: a head, the canvas, and the form beside it. */
function Waiting() {
  return (
    <>
      <div className="flex min-h-(--topbar-h) flex-none items-center border-b border-line bg-surface px-4">
        <Skeleton className="grow">
          <Bone className="w-40" />
        </Skeleton>
      </div>
      <div className="flex min-h-0 grow">
        <div className="grow bg-canvas max-pane:hidden" />
        <div className="w-[320px] flex-none border-s border-line p-3 max-pane:w-full max-pane:border-s-0">
          <SkeletonRows />
        </div>
      </div>
    </>
  );
}

type ToolsProps = { bot: Bot; version: FlowChoice; json: React.ComponentProps<typeof VersionsButton>["blueprint"]; onShow: (version: FlowChoice) => void; isOpen: boolean; onOpenChange: (isOpen: boolean) => void };

/** Which of the bot's flows is shown: both places share it. */
function Tools({ bot, version, json, onShow, ...versions }: ToolsProps) {
  const { t } = useTranslation(["bots", "people"]);
  const mayReadThreads = useMay("conversations:read");
  const choices = bot.published ? (["published", "draft"] as const) : [];
  return (
    <>
      <div role="group" aria-label={t("which")} className="flex gap-1 max-pane:hidden">
        {choices.map((choice) => (
          <Button key={choice} size="sm" variant={choice === version ? "secondary" : "ghost"} aria-pressed={choice === version} onClick={() => onShow(choice)}>
            {t(choice)}
          </Button>
        ))}
      </div>
      {bot.published && mayReadThreads && (
        <Link to="/flows/$botId/people" params={{ botId: bot.id }} title={t("people:open")} className={cx(buttonClass({ size: "sm", variant: "ghost" }), "max-pane:hidden")}>
          <Users aria-hidden="true" strokeWidth={1.75} className="size-4" />
          <span className={FOLDED}>{t("people:open")}</span>
        </Link>
      )}
      <VersionsButton bot={bot} shown={version} blueprint={json} onShow={onShow} {...versions} />
    </>
  );
}
