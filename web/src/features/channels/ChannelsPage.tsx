import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Plus } from "lucide-react";
import { useTranslation } from "react-i18next";
import { buttonClass, Empty, ErrorState, SkeletonRows } from "@/components";
import { useMay } from "@/features/workspace/useMay";
import { ChannelCard } from "./ChannelCard";
import { channelsQuery } from "./queries";

/** The workspace's numbers: whether each works, in words, and how to mend it. */
export function ChannelsPage() {
  const { t } = useTranslation("channels");
  const channels = useQuery(channelsQuery);
  const mayChange = useMay("channels:write");
  const connect = mayChange && (
    <Link to="/channels/connect" className={buttonClass({ variant: "primary" })}>
      <Plus aria-hidden className="size-4" />
      {t("connect")}
    </Link>
  );
  return (
    <div className="mx-auto w-full max-w-[860px] overflow-y-auto p-4 pane:p-8">
      <header className="mb-5 flex items-center gap-3">
        <h1 className="grow text-22">{t("title")}</h1>
        {channels.data?.length !== 0 && connect}
      </header>
      {channels.isPending && <SkeletonRows />}
      {channels.isLoadingError && (
        <ErrorState title={t("failed.title")} text={t("failed.text")} error={channels.error} action={{ label: t("again"), onPress: () => void channels.refetch() }} />
      )}
      {channels.data?.length === 0 && <Empty title={t("empty.title")} text={t(mayChange === false ? "empty.textNotYours" : "empty.text")} action={connect} />}
      <ul className="grid gap-4">
        {channels.data?.map((channel) => (
          <li key={channel.id}>
            <ChannelCard channel={channel} />
          </li>
        ))}
      </ul>
    </div>
  );
}
