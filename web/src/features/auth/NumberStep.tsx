import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Plug, Smartphone } from "lucide-react";
import { useTranslation } from "react-i18next";
import { buttonClass, cx, Skeleton } from "@/components";
import { channelsQuery } from "@/features/workspace/queries";
import { setupQuery } from "./queries";

/** The last step says which number is there, or where one is connected; nothing to fill in. */
export function NumberStep() {
  const { t } = useTranslation("auth");
  const setup = useQuery(setupQuery);
  const channels = useQuery(channelsQuery);
  if (setup.isPending || channels.isPending) return <Skeleton className="mt-[26px] h-40">{null}</Skeleton>;
  const phone = setup.data?.has_simulator ? setup.data.simulator_url : null;
  const hasNumber = Boolean(channels.data?.length);
  return (
    <div className="mt-[26px]">
      <p className="text-[15px] leading-6 text-ink-2 rtl:leading-7">{t(phone && hasNumber ? "number.text" : "number.textNone")}</p>
      {phone && hasNumber && (
        <ul className="mt-4 grid gap-2 border-y border-line py-4 text-13 text-ink-2">
          <li>{t("number.stays")}</li>
          <li>{t("number.own")}</li>
        </ul>
      )}
      <div className="mt-6 flex flex-wrap gap-2">
        {!hasNumber && (
          <a href="/channels/connect" className={cx(buttonClass({ variant: "primary", size: "lg" }), "grow")}>
            <Plug aria-hidden="true" strokeWidth={1.75} className="size-4" />
            {t("number.toChannels")}
          </a>
        )}
        <Link to="/inbox" className={cx(buttonClass({ variant: hasNumber ? "primary" : "secondary", size: "lg" }), hasNumber && "grow")}>
          {t("number.toInbox")}
        </Link>
        {hasNumber && phone && (
          <a href={phone} target="_blank" rel="noreferrer" className={buttonClass({ size: "lg" })}>
            <Smartphone aria-hidden="true" strokeWidth={1.75} className="size-4" />
            {t("number.openPhone")}
          </a>
        )}
      </div>
    </div>
  );
}
