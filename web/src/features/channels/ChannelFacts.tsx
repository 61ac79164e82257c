import { Link } from "@tanstack/react-router";
import { CircleAlert, CircleCheck, CircleHelp, type LucideIcon, TriangleAlert } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { Channel } from "@/api/models";
import { Badge, type BadgeTone } from "@/components";
import { useToldWords } from "@/features/monitoring/told/useToldWords";

const QUALITY: Record<NonNullable<Channel["quality"]>, { tone: BadgeTone; icon: LucideIcon }> = {
  high: { tone: "success", icon: CircleCheck },
  medium: { tone: "warning", icon: TriangleAlert },
  low: { tone: "danger", icon: CircleAlert },
  unknown: { tone: "plain", icon: CircleHelp },
};

/** What the provider says of a number, as far as it said: quality, limit, speed. And the way to all that it said. */
export function ChannelFacts({ channel }: { channel: Channel }) {
  const { t } = useTranslation("told");
  const { limitOf } = useToldWords();
  const { quality, messaging_limit: limit, throughput, messages_per_second: speed, chosen_per_second: chosen } = channel;
  const look = quality && QUALITY[quality];
  // Twilio tells nothing of an account.
  if (channel.provider !== "meta") return null;
  return (
    <div className="mt-2 flex flex-wrap items-center gap-x-4 gap-y-1.5 text-13 text-ink-2">
      {quality && look && (
        <Badge tone={look.tone} icon={look.icon}>
          {t(`quality.${quality}`)}
        </Badge>
      )}
      {limit && <Fact name={t("limit")} value={limitOf(limit)} />}
      {throughput && speed !== null && (
        <Fact name={t("speed")} value={t("heading", { kind: t("perSecond", { count: speed }), what: chosen !== null && chosen === speed ? t("chosen") : t(`throughput.${throughput}`) })} />
      )}
      <Link to="/monitoring/whatsapp" search={{ channel: channel.id }} className="inline-flex min-h-7 items-center font-medium text-accent-ink hover:underline pointer-coarse:min-h-11">
        {t("title")}
      </Link>
    </div>
  );
}

function Fact({ name, value }: { name: string; value: string }) {
  return (
    <span>
      <span className="text-ink-3">{name}</span> <span>{value}</span>
    </span>
  );
}
