import { createRoute } from "@tanstack/react-router";
import * as z from "zod/mini";
import { lazyPage } from "./lazyPage";
import { signedInRoute } from "./signed-in";

export const INBOX_TABS = ["mine", "unassigned", "bot", "closed"] as const;

/** The list's state is the address: what a colleague opens is what was sent. Values that make no sense fall back. */
export const inboxSearch = z.object({
  tab: z.catch(z.optional(z.enum(INBOX_TABS)), undefined),
  q: z.catch(z.optional(z.string().check(z.maxLength(200))), undefined),
  unread: z.catch(z.optional(z.boolean()), undefined),
});
export type InboxTab = (typeof INBOX_TABS)[number];
/** The address once a tab is chosen; the page chooses one for those who come without. */
export type InboxSearch = z.infer<typeof inboxSearch> & { tab: InboxTab };

export const inboxRoute = createRoute({
  getParentRoute: () => signedInRoute,
  path: "/inbox",
  validateSearch: inboxSearch,
  component: lazyPage(() => import("@/features/inbox/InboxPage"), "InboxPage"),
});

export const conversationRoute = createRoute({
  getParentRoute: () => inboxRoute,
  path: "$conversationId",
  staticData: { isFullOnPhones: true },
  component: lazyPage(() => import("@/features/inbox/thread/ThreadPane"), "ThreadPane"),
});
