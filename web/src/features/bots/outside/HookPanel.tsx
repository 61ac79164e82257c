import { useQuery } from "@tanstack/react-query";
import { Link2, RefreshCw, Trash2 } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { serverNow } from "@/api";
import type { Hook, HookCreated } from "@/api/models";
import { Button, Dialog, ErrorState, SkeletonRows } from "@/components";
import { useFormat } from "@/features/auth/queries";
import { useMay } from "@/features/workspace/useMay";
import { useErrorWords } from "@/i18n/useErrorWords";
import { HookAddress } from "./HookAddress";
import { HookCalls } from "./HookCalls";
import { hooksQuery, useEndHook, useMakeHook } from "./queries";
import { RotateDialog } from "./RotateDialog";

const HIDDEN = `${window.location.origin}/api/hooks/hook_••••••••`;

/** The secret address of one trigger: made, copied while it can be seen, replaced, ended; and what its calls came to. */
export function HookPanel({ botId, nodeId }: { botId: string; nodeId: string }) {
  const { t } = useTranslation("outside");
  const hooks = useQuery(hooksQuery(botId));
  const make = useMakeHook(botId);
  const mayWrite = useMay("bots:write");
  const { reasonOf } = useErrorWords();
  const [made, setMade] = useState<HookCreated | null>(null);
  const hook = hooks.data?.find((each) => each.node_id === nodeId);
  return (
    <section aria-label={t("hook.title")} className="grid grid-cols-1 gap-3 rounded-md border border-line bg-surface p-3">
      <div>
        <h3 className="text-13">{t("hook.title")}</h3>
        <p className="mt-0.5 text-12 text-ink-3">{t("hook.text")}</p>
      </div>
      {hooks.isPending && <SkeletonRows rows={1} />}
      {hooks.isLoadingError && <ErrorState title={t("hook.failed")} text={t("failedText")} error={hooks.error} action={{ label: t("again"), onPress: () => void hooks.refetch() }} />}
      {hooks.isSuccess && !hook && mayWrite && (
        <Button icon={Link2} isBusy={make.isPending} onClick={() => make.mutate({ nodeId }, { onSuccess: setMade })}>
          {t("hook.make")}
        </Button>
      )}
      {make.error && (
        <p role="alert" className="text-12 text-danger">
          {reasonOf(make.error)}
        </p>
      )}
      {made && hook && <HookAddress url={made.url} />}
      {hook && <Facts hook={hook} isShown={made !== null} />}
      {hook && mayWrite && <Changes botId={botId} hook={hook} onMade={setMade} onEnded={() => setMade(null)} />}
      {hook && <HookCalls botId={botId} hookId={hook.id} />}
    </section>
  );
}

function Facts({ hook, isShown }: { hook: Hook; isShown: boolean }) {
  const { t } = useTranslation("outside");
  const format = useFormat();
  return (
    <div className="grid grid-cols-1 gap-1 text-12 text-ink-3">
      {!isShown && (
        <p dir="ltr" className="cut rounded-sm bg-sunken px-2 py-1 font-mono text-11 text-ink-2 rtl:text-end">
          {HIDDEN}
        </p>
      )}
      {!isShown && <p>{t("hook.hidden")}</p>}
      <p>
        {t("hook.made", { date: format.date(hook.created_at) })}
        {" · "}
        {hook.used_at ? t("hook.called", { when: format.short(hook.used_at, serverNow()) }) : t("hook.neverCalled")}
      </p>
      {hook.former_until && <p className="text-warning">{t("hook.former", { until: format.full(hook.former_until) })}</p>}
    </div>
  );
}

type ChangesProps = { botId: string; hook: Hook; onMade: (hook: HookCreated) => void; onEnded: () => void };

function Changes({ botId, hook, onMade, onEnded }: ChangesProps) {
  const { t } = useTranslation(["outside", "common"]);
  const { reasonOf } = useErrorWords();
  const end = useEndHook(botId);
  const [asked, setAsked] = useState<"rotate" | "end" | null>(null);
  return (
    <div className="flex flex-wrap gap-2">
      <Button size="sm" icon={RefreshCw} onClick={() => setAsked("rotate")}>
        {t("outside:hook.rotate")}
      </Button>
      <Button size="sm" variant="ghost" icon={Trash2} onClick={() => setAsked("end")}>
        {t("outside:hook.end")}
      </Button>
      <RotateDialog botId={botId} nodeId={hook.node_id} isOpen={asked === "rotate"} onClose={() => setAsked(null)} onMade={onMade} />
      <Dialog
        isOpen={asked === "end"}
        onOpenChange={() => setAsked(null)}
        title={t("outside:hook.endTitle")}
        text={t("outside:hook.endText")}
        actions={
          <>
            <Button onClick={() => setAsked(null)}>{t("common:cancel")}</Button>
            <Button
              variant="danger"
              isBusy={end.isPending}
              onClick={() =>
                end.mutate(hook.id, {
                  onSuccess: () => {
                    setAsked(null);
                    onEnded();
                  },
                })
              }
            >
              {t("outside:hook.end")}
            </Button>
          </>
        }
      >
        {end.error && (
          <p role="alert" className="mt-2 text-13 text-danger">
            {reasonOf(end.error)}
          </p>
        )}
      </Dialog>
    </div>
  );
}
