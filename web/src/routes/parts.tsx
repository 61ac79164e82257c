import { createRoute } from "@tanstack/react-router";
import { lazyPage } from "./lazyPage";
import { rootRoute } from "./root";

/** The gallery of parts, for those who build screens. */
export const partsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/_parts",
  component: lazyPage(() => import("@/components/gallery/PartsPage"), "PartsPage"),
});
