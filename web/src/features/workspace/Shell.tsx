import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Navigate, Outlet, useMatches, useRouter } from "@tanstack/react-router";
import { useCallback, useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { isSessionOver } from "@/api";
import type { Session } from "@/api/models";
import { useToast } from "@/components";
import { useRefreshSession, useSession } from "@/features/auth/queries";
import { applyLiveEvent } from "@/features/inbox/live";
import { countsQuery } from "@/features/inbox/queries";
import type { LiveEvent } from "@/realtime/events";
import { useRealtime } from "@/realtime/useRealtime";
import { ConnectionLine } from "./ConnectionLine";
import { DeletedPage } from "./DeletedPage";
import { BottomBar, Rail } from "./Rail";
import { StoppedLine } from "./StoppedLine";

declare module "@tanstack/react-router" {
  interface StaticDataRouteOption {
    /** On phones the page takes the whole screen; its own back button leads out. */
    isFullOnPhones?: boolean;
    /** The page is about the person, so it stands also where the workspace was deleted. */
    isAboutPerson?: boolean;
  }
}

/** The frame of every page behind the login: places at the start (at the foot on phones), the page in the rest. */
export function Shell() {
  const session = useSession();
  if (!session) return <Navigate to="/login" search={{}} replace />;
  // Another workspace is another house: nothing of the last one stays on the screen.
  return <Frame key={session.workspace.id} session={session} />;
}

function Frame({ session }: { session: Session }) {
  const { t } = useTranslation("workspace");
  const { user, workspace } = session;
  const isDeleted = workspace.deleted_at !== null;
  const isFull = useMatches({ select: (matches) => matches.some((match) => match.staticData.isFullOnPhones) });
  const isAboutPerson = useMatches({ select: (matches) => matches.some((match) => match.staticData.isAboutPerson) });
  const queryClient = useQueryClient();
  const toast = useToast();
  const refreshSession = useRefreshSession();
  const onEvent = useCallback((event: LiveEvent) => applyLiveEvent(queryClient, event, user.id), [queryClient, user.id]);
  const onShutOut = useEvent(async () => {
    // Out of the last workspace is out of the session too: the page goes to the login, and this is said there.
    const next = await refreshSession().catch((error: unknown) => {
      if (!isSessionOver(error)) throw error;
    });
    if (next?.workspace.id !== workspace.id) toast({ text: t("shutOut", { name: workspace.name }) });
  });
  const connection = useRealtime(isDeleted ? undefined : workspace.id, onEvent, onShutOut);
  usePagesAtHand();
  const unread = useQuery({ ...countsQuery, enabled: !isDeleted }).data?.unread ?? 0;
  return (
    <div className="flex h-dvh flex-col pane:flex-row">
      <a href="#page" className="sr-only z-50 rounded-md bg-primary px-3 py-2 text-on-primary focus:not-sr-only focus:absolute focus:start-2 focus:top-2">
        {t("skip")}
      </a>
      <Rail unread={unread} />
      <main id="page" tabIndex={-1} className="flex min-h-0 min-w-0 grow flex-col outline-none!">
        {isDeleted && !isAboutPerson ? (
          <DeletedPage workspace={workspace} />
        ) : (
          <>
            {!isDeleted && <ConnectionLine state={connection} />}
            {!isDeleted && <StoppedLine />}
            <Outlet />
          </>
        )}
      </main>
      {!isFull && <BottomBar unread={unread} />}
    </div>
  );
}

/** Fetches the code of the other pages once this one is idle: opening one then waits for nothing, and works while the network is away. */
function usePagesAtHand() {
  const router = useRouter();
  useEffect(() => {
    const load = () => {
      for (const route of Object.values(router.routesById)) if (route.id.startsWith("/signed-in/")) void router.loadRouteChunk(route);
    };
    const timer = setTimeout(() => ("requestIdleCallback" in window ? requestIdleCallback(load) : load()), 1_000);
    return () => clearTimeout(timer);
  }, [router]);
}

/** A callback that stays the same and always does the newest thing. */
function useEvent(callback: () => Promise<void>): () => void {
  const latest = useRef(callback);
  useEffect(() => {
    latest.current = callback;
  });
  return useCallback(() => void latest.current().catch(() => undefined), []);
}
