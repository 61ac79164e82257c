import { createRoute, redirect } from "@tanstack/react-router";
import { sessionQuery } from "@/features/auth/queries";
import { lazyPage } from "./lazyPage";
import { rootRoute } from "./root";

/** Parent of every page behind the login: brings the session, or sends to the login and back. */
export const signedInRoute = createRoute({
  getParentRoute: () => rootRoute,
  id: "signed-in",
  beforeLoad: async ({ context, location }) => {
    const session = await context.queryClient.ensureQueryData(sessionQuery);
    if (!session) throw redirect({ to: "/login", search: { next: location.href }, replace: true });
  },
  component: lazyPage(() => import("@/features/workspace/Shell"), "Shell"),
});
