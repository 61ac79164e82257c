import { createRoute } from "@tanstack/react-router";
import { lazyPage } from "./lazyPage";
import { signedInRoute } from "./signed-in";

export const channelsRoute = createRoute({
  getParentRoute: () => signedInRoute,
  path: "/channels",
  component: lazyPage(() => import("@/features/channels/ChannelsPage"), "ChannelsPage"),
});

export const connectRoute = createRoute({
  getParentRoute: () => signedInRoute,
  path: "/channels/connect",
  component: lazyPage(() => import("@/features/channels/ConnectPage"), "ConnectPage"),
});
