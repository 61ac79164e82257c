import { createRoute, redirect } from "@tanstack/react-router";
import { sessionQuery, setupQuery } from "@/features/auth/queries";
import { lazyPage } from "./lazyPage";
import { rootRoute } from "./root";

export const registerRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/register",
  beforeLoad: async ({ context, cause }) => {
    await context.queryClient.ensureQueryData(setupQuery);
    const session = await context.queryClient.ensureQueryData(sessionQuery);
    // The last step stands after the account: somebody who has just made one stays on the page.
    if (session && cause === "enter") throw redirect({ to: "/inbox", replace: true });
  },
  component: lazyPage(() => import("@/features/auth/RegisterPage"), "RegisterPage"),
});
