import { createRoute, redirect } from "@tanstack/react-router";
import * as z from "zod/mini";
import { sessionQuery, setupQuery } from "@/features/auth/queries";
import { lazyPage } from "./lazyPage";
import { rootRoute } from "./root";

/** A place of this site to go on to; anything that could lead elsewhere is dropped. */
export const nextPlace = z.catch(z.optional(z.string().check(z.regex(/^\/(?![/\\])/u))), undefined);

export const loginRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/login",
  validateSearch: z.object({ next: nextPlace }),
  beforeLoad: async ({ context, search }) => {
    const session = await context.queryClient.ensureQueryData(sessionQuery);
    if (session) throw redirect({ href: search.next ?? "/inbox", replace: true });
    const setup = await context.queryClient.ensureQueryData(setupQuery);
    if (setup.needs_setup) throw redirect({ to: "/register", replace: true });
  },
  component: lazyPage(() => import("@/features/auth/LoginPage"), "LoginPage"),
});
