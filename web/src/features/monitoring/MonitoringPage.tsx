import { useQuery } from "@tanstack/react-query";
import { Link, Navigate, Outlet, useLocation } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { Empty } from "@/components";
import { meQuery } from "@/features/settings/queries";

const SECTIONS = [
  { to: "/monitoring/dead-letters", title: "letters.title", permission: "dead_letters:read" },
  { to: "/monitoring/webhooks", title: "journal.title", permission: "journal:read" },
  { to: "/monitoring/whatsapp", title: "told:title", permission: "channels:read" },
] as const;

/** The frame of monitoring: what could not be done, what providers sent, and what they say of the account. */
export function MonitoringPage() {
  const { t } = useTranslation(["monitoring", "errors", "told"]);
  const may = useQuery(meQuery).data?.permissions;
  const { pathname } = useLocation();
  const isRefused = SECTIONS.some((section) => pathname.startsWith(section.to) && may?.includes(section.permission) === false);
  return (
    <div className="mx-auto w-full max-w-[1080px] overflow-y-auto p-4 pane:p-8">
      <h1 className="text-22">{t("title")}</h1>
      <nav aria-label={t("title")} className="mt-2 mb-4 flex gap-[18px] overflow-x-auto border-b border-line">
        {SECTIONS.filter((section) => may?.includes(section.permission)).map((section) => (
          <Link
            key={section.to}
            to={section.to}
            search={{}}
            activeOptions={{ includeSearch: false }}
            activeProps={{ "aria-current": "page" }}
            className="relative pt-[7px] pb-[9px] text-13 font-medium whitespace-nowrap text-ink-3 after:absolute after:inset-x-0 after:-bottom-px after:h-0.5 after:rounded-full hover:text-ink-2 aria-[current=page]:text-ink aria-[current=page]:after:bg-ink pointer-coarse:py-3"
          >
            {t(section.title)}
          </Link>
        ))}
      </nav>
      {isRefused ? <Empty title={t("errors:not_permitted")} /> : <Outlet />}
    </div>
  );
}

/** Leads to the first section that one's role may see. */
export function MonitoringIndex() {
  const { t } = useTranslation("errors");
  const may = useQuery(meQuery).data?.permissions;
  if (!may) return null;
  const first = SECTIONS.find((section) => may.includes(section.permission));
  return first ? <Navigate to={first.to} search={{}} replace /> : <Empty title={t("not_permitted")} />;
}
