import { Navigate, Outlet, useMatches } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useSession } from "@/features/auth/queries";
import { BottomBar, Rail } from "./Rail";

declare module "@tanstack/react-router" {
  interface StaticDataRouteOption {
    /** On phones the page takes the whole screen; its own back button leads out. */
    isFullOnPhones?: boolean;
  }
}

/** The frame of every page behind the login: places at the start (at the foot on phones), the page in the rest. */
export function Shell() {
  const { t } = useTranslation("workspace");
  const session = useSession();
  const isFull = useMatches({ select: (matches) => matches.some((match) => match.staticData.isFullOnPhones) });
  const unread = 0;
  if (!session) return <Navigate to="/login" search={{}} replace />;
  return (
    <div className="flex h-dvh flex-col pane:flex-row">
      <a href="#page" className="sr-only z-50 rounded-md bg-primary px-3 py-2 text-on-primary focus:not-sr-only focus:absolute focus:start-2 focus:top-2">
        {t("skip")}
      </a>
      <Rail unread={unread} />
      <div id="page" tabIndex={-1} className="flex min-h-0 min-w-0 grow flex-col outline-none">
        <Outlet />
      </div>
      {!isFull && <BottomBar unread={unread} />}
    </div>
  );
}
