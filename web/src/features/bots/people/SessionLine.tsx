import { useTranslation } from "react-i18next";
import { serverNow } from "@/api/clock";
import type { FlowSession } from "@/api/models";
import { Avatar, Badge, type BadgeTone, cx, PhoneNumber } from "@/components";
import { useFormat } from "@/features/auth/queries";
import { VersionWords } from "./VersionWords";

export const TONES: Record<FlowSession["state"], BadgeTone> = { waiting: "plain", parked: "human", completed: "success", failed: "danger", interrupted: "plain" };

/** One person of the list: who, where, since when, and how long yet. */
export function SessionLine({ session, step, isChosen, onPress }: { session: FlowSession; step: string; isChosen: boolean; onPress: () => void }) {
  const { t } = useTranslation(["people", "bots"]);
  const format = useFormat();
  const { name, phone } = session.contact;
  const now = serverNow();
  return (
    <button type="button" aria-pressed={isChosen} onClick={onPress} className={cx("flex w-full items-center gap-3 px-4 py-3 text-start hover:bg-hover", isChosen && "bg-hover")}>
      <Avatar name={name ?? phone ?? "?"} />
      <span className="min-w-0 grow">
        <span dir="auto" className="cut own-side block text-13 font-medium">
          {name ?? (phone ? <PhoneNumber number={phone} /> : t("nobody"))}
        </span>
        <span className="cut block text-12 text-ink-2">
          <bdi>{step}</bdi>
          {session.wait && <span className="text-ink-3"> · {t(`waits.${session.wait}`)}</span>}
        </span>
        <span className="block text-12 text-ink-3">
          <VersionWords version={session.version} /> · {t("since", { time: format.short(session.since, now) })}
          {session.until && ` · ${t("until", { time: format.short(session.until, now) })}`}
        </span>
      </span>
      {session.state !== "waiting" && <Badge tone={TONES[session.state]}>{t(`states.${session.state}`)}</Badge>}
    </button>
  );
}
