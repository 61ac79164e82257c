import { useQuery } from "@tanstack/react-query";
import { Link, Outlet, useLocation } from "@tanstack/react-router";
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { ErrorState } from "@/components";
import { meQuery } from "./queries";

const SECTIONS = [
  { to: "/settings/general", name: "general", permission: "workspace:read" },
  { to: "/settings/members", name: "members", permission: "members:read" },
  { to: "/settings/credentials", name: "credentials", permission: "bots:read" },
  { to: "/settings/keys", name: "keys", permission: "tokens:write" },
  { to: "/settings/audit", name: "audit", permission: "audit:read" },
  { to: "/settings/account", name: "account", permission: "account:write" },
] as const;

/** The frame of the settings: only the sections that one's role may open. */
export function SettingsPage() {
  const { t } = useTranslation("settings");
  const me = useQuery(meQuery);
  const may = me.data?.permissions ?? [];
  const tabs = useRef<HTMLElement>(null);
  const { pathname } = useLocation();
  // On a phone the row is wider than the screen: the section that is open stands in it.
  useEffect(() => {
    void tabs.current?.querySelector("[aria-current=page]")?.scrollIntoView({ block: "nearest", inline: "center" });
  }, [pathname, may.length]);
  return (
    <div className="mx-auto w-full max-w-[860px] overflow-y-auto p-4 pane:p-8">
      <h1 className="text-22">{t("title")}</h1>
      <nav ref={tabs} aria-label={t("title")} className="mt-2 mb-5 flex gap-[18px] overflow-x-auto border-b border-line">
        {SECTIONS.filter((section) => may.includes(section.permission)).map((section) => (
          <Link
            key={section.name}
            to={section.to}
            activeProps={{ "aria-current": "page" }}
            className="relative pt-[7px] pb-[9px] text-13 font-medium whitespace-nowrap text-ink-3 after:absolute after:inset-x-0 after:-bottom-px after:h-0.5 after:rounded-full hover:text-ink-2 aria-[current=page]:text-ink aria-[current=page]:after:bg-ink pointer-coarse:py-3"
          >
            {t(`${section.name}.title`)}
          </Link>
        ))}
      </nav>
      {/* Without one's permissions no section knows what to offer. */}
      {me.isLoadingError ? <ErrorState title={t("failed")} text={t("failedText")} error={me.error} action={{ label: t("again"), onPress: () => void me.refetch() }} /> : <Outlet />}
    </div>
  );
}
