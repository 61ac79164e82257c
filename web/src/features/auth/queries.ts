import { type QueryClient, queryOptions, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useMemo } from "react";
import { adoptToken, api, dataOf, isSessionOver, moveSession, refreshSession, SESSION_KEY } from "@/api";
import type { Locale, Session } from "@/api/models";
import { useLanguage } from "@/app/preferences";
import { createFormat, type Format } from "@/i18n/format";

/** The session, asked for once per page load through the refresh cookie; null when nobody is logged in. Other failures are thrown. */
export const sessionQuery = queryOptions({
  queryKey: SESSION_KEY,
  queryFn: async (): Promise<Session | null> => {
    try {
      return await refreshSession();
    } catch (error) {
      if (isSessionOver(error)) return null;
      throw error;
    }
  },
  staleTime: Number.POSITIVE_INFINITY,
  gcTime: Number.POSITIVE_INFINITY,
  retry: (failures) => failures < 1 && navigator.onLine,
});

export const setupQuery = queryOptions({
  queryKey: ["setup"],
  queryFn: async () => dataOf(await api.GET("/api/auth/setup")),
});

/** The session of a page behind the login. Undefined only while the page is being left after a logout. */
export function useSession(): Session | null {
  return useQuery(sessionQuery).data ?? null;
}

/** Dates and numbers in the interface's language and the workspace's time zone. */
export function useFormat(): Format {
  const language = useLanguage();
  const timezone = useSession()?.workspace.timezone;
  return useMemo(() => createFormat(language, timezone), [language, timezone]);
}

/** Another session, or none: whatever the last one has fetched is forgotten. The session's own entry stays, because the page is watching it. */
function changeSession(queryClient: QueryClient, session: Session | null): void {
  adoptToken(session);
  queryClient.removeQueries({ predicate: (query) => query.queryKey[0] !== SESSION_KEY[0] });
  queryClient.setQueryData(SESSION_KEY, session);
}

export function useLogin() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: async (body: { email: string; password: string; code?: string }) => dataOf(await api.POST("/api/auth/login", { body })),
    onSuccess: (session) => changeSession(queryClient, session),
  });
}

export type Registration = { name: string; email: string; password: string; workspace_name: string; locale: Locale };

export function useRegister() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: async (body: Registration) => dataOf(await api.POST("/api/auth/register", { body })),
    onSuccess: (session) => changeSession(queryClient, session),
  });
}

/** Goes on in another of one's workspaces; what was fetched of the last one is forgotten. */
export function useSwitchWorkspace() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: moveSession,
    onSuccess: (session) => changeSession(queryClient, session),
  });
}

/** What the session says of its person and workspaces, anew: after a change to either. */
export function useRefreshSession() {
  const queryClient = useQueryClient();
  return async () => {
    const before = queryClient.getQueryData<Session | null>(SESSION_KEY);
    const session = await refreshSession();
    if (before?.workspace.id === session.workspace.id) queryClient.setQueryData(SESSION_KEY, session);
    else changeSession(queryClient, session);
    return session;
  };
}

export function useForgotPassword() {
  return useMutation({ mutationFn: (email: string) => api.POST("/api/auth/password-reset", { body: { email } }) });
}

export function useResetPassword() {
  return useMutation({
    mutationFn: ({ token, password }: { token: string; password: string }) => api.POST("/api/auth/password-reset/{token}", { params: { path: { token } }, body: { password } }),
  });
}

export const invitationQuery = (token: string) =>
  queryOptions({
    queryKey: ["invitation", token],
    queryFn: async () => dataOf(await api.GET("/api/auth/invitations/{token}", { params: { path: { token } } })),
  });

export type Acceptance = { email: string; password: string; name?: string; code?: string; locale: Locale };

export function useAcceptInvitation(token: string) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: async (body: Acceptance) => dataOf(await api.POST("/api/auth/invitations/{token}/accept", { params: { path: { token } }, body })),
    onSuccess: (session) => changeSession(queryClient, session),
  });
}

/** Ends the session here even when the server cannot be told. */
export function useLogout() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: async () => {
      await api.POST("/api/auth/logout");
    },
    onSettled: () => changeSession(queryClient, null),
  });
}
