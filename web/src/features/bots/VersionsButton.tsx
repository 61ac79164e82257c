import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Copy, History } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { Blueprint, Bot, FlowVersion } from "@/api/models";
import { Badge, Button, buttonClass, ErrorState, Sheet, SkeletonRows, useToast } from "@/components";
import { useFormat } from "@/features/auth/queries";
import { useMay } from "@/features/workspace/useMay";
import { FOLDED_LATE } from "./folding";
import { type FlowChoice, versionPagesQuery } from "./queries";

type VersionsProps = { bot: Bot; shown: FlowChoice; blueprint: Blueprint | undefined; onShow: (version: FlowChoice) => void; isOpen: boolean; onOpenChange: (isOpen: boolean) => void };

/** What was published, when and by whom; each can be looked at, and what is shown can be taken along as JSON. */
export function VersionsButton({ bot, shown, blueprint, onShow, isOpen, onOpenChange: setOpen }: VersionsProps) {
  const { t } = useTranslation("bots");
  const toast = useToast();
  const versions = useInfiniteQuery({ ...versionPagesQuery(bot.id), enabled: isOpen });
  const found = versions.data?.pages.flatMap((page) => page.data);
  const json = blueprint ? JSON.stringify(blueprint, null, 2) : "";
  return (
    <>
      <Button size="sm" variant="ghost" icon={History} title={t("versions")} onClick={() => setOpen(true)} className="max-pane:hidden">
        <span className={FOLDED_LATE}>{t("versions")}</span>
      </Button>
      <Sheet isOpen={isOpen} onOpenChange={setOpen} title={t("versions")}>
        <div className="grid grid-cols-1 gap-5 p-4 pt-12">
          <section>
            <h2 className="mb-2 text-16">{t("versions")}</h2>
            {versions.isPending && <SkeletonRows />}
            {versions.isLoadingError && <ErrorState title={t("failed.title")} text={t("failed.text")} error={versions.error} action={{ label: t("again"), onPress: () => void versions.refetch() }} />}
            {found?.length === 0 && <p className="text-13 text-ink-3">{t("noVersions")}</p>}
            <ul className="grid gap-1">
              {found?.map((version) => (
                <li key={version.id} className="min-w-0 pb-1">
                  <Line
                    version={version}
                    isLive={version.number === bot.published?.number}
                    isShown={shown === version.number || (shown === "published" && version.number === bot.published?.number)}
                    onShow={() => {
                      setOpen(false);
                      onShow(version.number === bot.published?.number ? "published" : version.number);
                    }}
                  />
                  <VersionActions botId={bot.id} number={version.number} onPress={() => setOpen(false)} />
                </li>
              ))}
            </ul>
            {versions.hasNextPage && (
              <Button variant="ghost" isBusy={versions.isFetchingNextPage} onClick={() => void versions.fetchNextPage()} className="mt-1">
                {t("olderVersions")}
              </Button>
            )}
            {versions.isFetchNextPageError && <ErrorState title={t("failed.title")} text={t("failed.text")} error={versions.error} action={{ label: t("again"), onPress: () => void versions.fetchNextPage() }} />}
          </section>
          {json && (
            <section>
              <div className="mb-2 flex items-center gap-2">
                <h2 className="grow text-16">{t("json")}</h2>
                <Button size="sm" icon={Copy} onClick={() => void navigator.clipboard?.writeText(json).then(() => toast({ text: t("copied") }))}>
                  {t("copy")}
                </Button>
              </div>
              <pre dir="ltr" tabIndex={0} aria-label={t("json")} className="max-h-96 overflow-auto rounded-md bg-rail p-3 font-mono text-11 text-rail-ink">
                {json}
              </pre>
            </section>
          )}
        </div>
      </Sheet>
    </>
  );
}

/** What can be done with a version: hold it against the draft, or make it the draft. */
function VersionActions({ botId, number, onPress }: { botId: string; number: number; onPress: () => void }) {
  const { t } = useTranslation(["compare", "bots"]);
  const mayWrite = useMay("bots:write");
  const name = t("bots:version", { number });
  return (
    <span className="flex flex-wrap gap-1 ps-2">
      <Link to="/flows/$botId/compare" params={{ botId }} search={{ from: number, to: "draft" }} onClick={onPress} aria-label={`${t("compare")}: ${name}`} className={buttonClass({ size: "sm", variant: "ghost" })}>
        {t("compare")}
      </Link>
      {mayWrite && (
        <Link to="/flows/$botId" params={{ botId }} search={{ version: "draft", restore: number }} onClick={onPress} aria-label={`${t("restoreShort")}: ${name}`} className={buttonClass({ size: "sm", variant: "ghost" })}>
          {t("restoreShort")}
        </Link>
      )}
    </span>
  );
}

function Line({ version, isLive, isShown, onShow }: { version: FlowVersion; isLive: boolean; isShown: boolean; onShow: () => void }) {
  const { t } = useTranslation("bots");
  const format = useFormat();
  return (
    <button
      type="button"
      aria-pressed={isShown}
      onClick={onShow}
      className={`flex w-full items-center gap-2 rounded-md border px-3 py-2 text-start hover:bg-hover ${isShown ? "border-line-strong bg-surface" : "border-transparent"}`}
    >
      <span className="min-w-0 grow">
        <span className="block text-13 font-medium">{t("version", { number: version.number })}</span>
        <span className="block text-12 text-ink-3">
          <time dateTime={version.published_at}>{format.full(version.published_at)}</time>
          {version.published_by && (
            <>
              {" · "}
              <bdi>{version.published_by.name}</bdi>
            </>
          )}
        </span>
        {version.note && (
          <span dir="auto" className="own-side block text-12 text-ink-2 [overflow-wrap:anywhere]">
            {version.note}
          </span>
        )}
      </span>
      {isLive && <Badge tone="success">{t("status.active")}</Badge>}
    </button>
  );
}
