import { createRoute, redirect } from "@tanstack/react-router";
import { lazyPage } from "./lazyPage";
import { signedInRoute } from "./signed-in";

export const settingsRoute = createRoute({
  getParentRoute: () => signedInRoute,
  path: "/settings",
  component: lazyPage(() => import("@/features/settings/SettingsPage"), "SettingsPage"),
});

export const settingsIndexRoute = createRoute({
  getParentRoute: () => settingsRoute,
  path: "/",
  beforeLoad: () => {
    throw redirect({ to: "/settings/general", replace: true });
  },
});

export const membersRoute = createRoute({
  getParentRoute: () => settingsRoute,
  path: "members",
  component: lazyPage(() => import("@/features/settings/MembersPage"), "MembersPage"),
});

export const credentialsRoute = createRoute({
  getParentRoute: () => settingsRoute,
  path: "credentials",
  component: lazyPage(() => import("@/features/credentials/CredentialsPage"), "CredentialsPage"),
});

export const keysRoute = createRoute({
  getParentRoute: () => settingsRoute,
  path: "keys",
  component: lazyPage(() => import("@/features/settings/KeysPage"), "KeysPage"),
});

export const auditRoute = createRoute({
  getParentRoute: () => settingsRoute,
  path: "audit",
  component: lazyPage(() => import("@/features/settings/AuditPage"), "AuditPage"),
});

export const generalRoute = createRoute({
  getParentRoute: () => settingsRoute,
  path: "general",
  component: lazyPage(() => import("@/features/settings/GeneralPage"), "GeneralPage"),
});

export const newWorkspaceRoute = createRoute({
  getParentRoute: () => settingsRoute,
  path: "new-workspace",
  staticData: { isAboutPerson: true },
  component: lazyPage(() => import("@/features/settings/NewWorkspacePage"), "NewWorkspacePage"),
});

export const accountRoute = createRoute({
  getParentRoute: () => settingsRoute,
  path: "account",
  staticData: { isAboutPerson: true },
  component: lazyPage(() => import("@/features/settings/AccountPage"), "AccountPage"),
});
