import { createRoute } from "@tanstack/react-router";
import { sessionQuery } from "@/features/auth/queries";
import { lazyPage } from "./lazyPage";
import { rootRoute } from "./root";

/** Pages that a mailed link opens, logged in or not. The token stands behind the #. */
export const forgotRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/forgot",
  component: lazyPage(() => import("@/features/auth/ForgotPage"), "ForgotPage"),
});

export const newPasswordRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/new-password",
  component: lazyPage(() => import("@/features/auth/NewPasswordPage"), "NewPasswordPage"),
});

export const invitationRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/invitation",
  beforeLoad: async ({ context }) => {
    await context.queryClient.ensureQueryData(sessionQuery);
  },
  component: lazyPage(() => import("@/features/auth/InvitationPage"), "InvitationPage"),
});
