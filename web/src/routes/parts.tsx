import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { rootRoute } from "./root";

/** The gallery of parts, for those who build screens. */
export const partsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/_parts",
  component: lazyRouteComponent(() => import("@/components/gallery/PartsPage"), "PartsPage"),
});
