import { useQuery } from "@tanstack/react-query";
import { CircleAlert, CircleCheck, CircleDashed } from "lucide-react";
import { useTranslation } from "react-i18next";
import { serverNow } from "@/api";
import type { HookEvent } from "@/api/models";
import { cx, ErrorState } from "@/components";
import { useFormat } from "@/features/auth/queries";
import { callsQuery } from "./queries";

const LOOKS = {
  started: { Icon: CircleCheck, tone: "text-success" },
  open: { Icon: CircleDashed, tone: "text-ink-3" },
  nothing: { Icon: CircleAlert, tone: "text-warning" },
  refused: { Icon: CircleAlert, tone: "text-danger" },
} as const;

/** Taken is not yet started: what its turn found stands there once it came to it. */
function lookOf({ reason, outcome }: HookEvent): keyof typeof LOOKS {
  if (reason || outcome === "failed") return "refused";
  if (outcome === "started") return "started";
  return outcome === null || outcome === "waiting" || outcome === "repeated" ? "open" : "nothing";
}

/** What became of the last calls of an address, the newest first. */
export function HookCalls({ botId, hookId }: { botId: string; hookId: string }) {
  const { t } = useTranslation("outside");
  const format = useFormat();
  const calls = useQuery(callsQuery(botId, hookId));
  return (
    <div>
      <h4 className="mb-1 text-12 font-medium">{t("hook.calls")}</h4>
      {calls.isLoadingError && <ErrorState title={t("hook.failed")} text={t("failedText")} error={calls.error} action={{ label: t("again"), onPress: () => void calls.refetch() }} />}
      {calls.data?.length === 0 && <p className="text-12 text-ink-3">{t("hook.noCalls")}</p>}
      <ul className="grid max-h-56 gap-1 overflow-y-auto">
        {calls.data?.map((call, place) => {
          const { Icon, tone } = LOOKS[lookOf(call)];
          const words = call.reason
            ? t(`hook.reasons.${call.reason}` as "hook.reasons.nobody_to_start", { defaultValue: call.reason })
            : t(`hook.outcomes.${call.outcome ?? "taken"}` as "hook.outcomes.taken", { defaultValue: call.outcome ?? "" });
          return (
            <li key={`${call.at} ${place}`} className="flex items-start gap-1.5 text-12">
              <Icon aria-hidden="true" strokeWidth={1.75} className={cx("mt-0.5 size-3.5 flex-none", tone)} />
              <span className="min-w-0 grow">{words}</span>
              <span className="num flex-none text-ink-3">
                {call.status} · <time dateTime={call.at}>{format.short(call.at, serverNow())}</time>
              </span>
            </li>
          );
        })}
      </ul>
    </div>
  );
}
