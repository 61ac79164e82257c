import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { z } from "zod";
import { signedInRoute } from "./signed-in";

export const INBOX_TABS = ["mine", "unassigned", "bot", "closed"] as const;

/** The list's state is the address: what a colleague opens is what was sent. Values that make no sense fall back. */
export const inboxSearch = z.object({
  tab: z.enum(INBOX_TABS).default("bot").catch("bot"),
  q: z.string().max(200).optional().catch(undefined),
  unread: z.boolean().optional().catch(undefined),
});
export type InboxSearch = z.infer<typeof inboxSearch>;

export const inboxRoute = createRoute({
  getParentRoute: () => signedInRoute,
  path: "/inbox",
  validateSearch: inboxSearch,
  component: lazyRouteComponent(() => import("@/features/inbox/InboxPage"), "InboxPage"),
});

export const conversationRoute = createRoute({
  getParentRoute: () => inboxRoute,
  path: "$conversationId",
  component: lazyRouteComponent(() => import("@/features/inbox/thread/ThreadPane"), "ThreadPane"),
});
