import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Navigate, Outlet, useMatches } from "@tanstack/react-router";
import { useCallback } from "react";
import { useTranslation } from "react-i18next";
import { useSession } from "@/features/auth/queries";
import { applyLiveEvent } from "@/features/inbox/live";
import { countsQuery } from "@/features/inbox/queries";
import type { LiveEvent } from "@/realtime/events";
import { useRealtime } from "@/realtime/useRealtime";
import { ConnectionLine } from "./ConnectionLine";
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
  const userId = session?.user.id;
  const queryClient = useQueryClient();
  const onEvent = useCallback((event: LiveEvent) => userId && applyLiveEvent(queryClient, event, userId), [queryClient, userId]);
  const connection = useRealtime(session?.workspace.id, onEvent);
  const unread = useQuery({ ...countsQuery, enabled: Boolean(session) }).data?.unread ?? 0;
  if (!session) return <Navigate to="/login" search={{}} replace />;
  return (
    <div className="flex h-dvh flex-col pane:flex-row">
      <a href="#page" className="sr-only z-50 rounded-md bg-primary px-3 py-2 text-on-primary focus:not-sr-only focus:absolute focus:start-2 focus:top-2">
        {t("skip")}
      </a>
      <Rail unread={unread} />
      <main id="page" tabIndex={-1} className="flex min-h-0 min-w-0 grow flex-col outline-none!">
        <ConnectionLine state={connection} />
        <Outlet />
      </main>
      {!isFull && <BottomBar unread={unread} />}
    </div>
  );
}
