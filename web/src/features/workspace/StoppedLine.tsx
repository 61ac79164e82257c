import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { TriangleAlert } from "lucide-react";
import { useTranslation } from "react-i18next";
import { useReasonWords } from "@/features/channels/reasons";
import { channelsQuery } from "./queries";
import { useMay } from "./useMay";

/** On every page while a number cannot send: which one, why, and the way to what mends it. One line for each number. */
export function StoppedLine() {
  const { t } = useTranslation("workspace");
  const { wordsOf } = useReasonWords();
  const mayRead = useMay("channels:read");
  const mayMend = useMay("channels:write");
  const channels = useQuery({ ...channelsQuery, enabled: mayRead === true }).data ?? [];
  // A number that never worked is being connected: that is said where it is done.
  const stopped = channels.filter((channel) => channel.status === "error" && channel.activated_at !== null);
  return (
    <div role="alert">
      {stopped.map((channel) => (
        <p key={channel.id} className="animate-fade flex flex-wrap items-center gap-x-3 gap-y-1 border-b border-line bg-danger-soft px-5 py-1.5 text-12 text-danger">
          <span className="flex min-w-0 items-center gap-2">
            <TriangleAlert aria-hidden="true" strokeWidth={1.75} className="size-3.5 flex-none" />
            <span>
              {t("stopped.says", { name: channel.name })} <span dir="auto">{wordsOf(channel)}</span>
            </span>
          </span>
          {mayMend === true && (
            <Link to="/channels" className="font-medium underline underline-offset-2 pointer-coarse:-my-1.5 pointer-coarse:py-3">
              {t("stopped.mend")}
            </Link>
          )}
          {mayMend === false && <span>{t("stopped.ask")}</span>}
        </p>
      ))}
    </div>
  );
}
