import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import * as z from "zod/mini";
import { signedInRoute } from "./signed-in";

export const LETTER_STATES = ["failed", "retrying", "resolved", "archived"] as const;
export const LETTER_KINDS = ["send", "turn"] as const;
export const RESULTS = ["stored", "unreadable", "ignored", "refused", "answered"] as const;
export const VERDICTS = ["valid", "invalid", "missing", "unchecked"] as const;
export const PERIODS = ["hour", "day", "week", "between"] as const;

export const SEVERITIES = ["info", "warning", "problem"] as const;
export const TOPICS = ["number", "template", "account", "person", "form"] as const;

const text = (most: number) => z.catch(z.optional(z.string().check(z.maxLength(most))), undefined);

/** The list's state is the address. Values that make no sense fall back. */
export const lettersSearch = z.object({
  state: z.catch(z.optional(z.enum(LETTER_STATES)), undefined),
  kind: z.catch(z.optional(z.enum(LETTER_KINDS)), undefined),
  channel: text(40),
});
export type LettersSearch = z.infer<typeof lettersSearch>;

export const journalSearch = z.object({
  q: text(200),
  channel: text(40),
  field: text(64),
  result: z.catch(z.optional(z.enum(RESULTS)), undefined),
  verdict: z.catch(z.optional(z.enum(VERDICTS)), undefined),
  period: z.catch(z.optional(z.enum(PERIODS)), undefined),
  from: text(16),
  to: text(16),
});
export type JournalSearch = z.infer<typeof journalSearch>;

export const toldSearch = z.object({
  channel: text(40),
  severity: z.catch(z.optional(z.enum(SEVERITIES)), undefined),
  about: z.catch(z.optional(z.enum(TOPICS)), undefined),
});
export type ToldSearch = z.infer<typeof toldSearch>;

export const monitoringRoute = createRoute({
  getParentRoute: () => signedInRoute,
  path: "/monitoring",
  component: lazyRouteComponent(() => import("@/features/monitoring/MonitoringPage"), "MonitoringPage"),
});

export const monitoringIndexRoute = createRoute({
  getParentRoute: () => monitoringRoute,
  path: "/",
  component: lazyRouteComponent(() => import("@/features/monitoring/MonitoringPage"), "MonitoringIndex"),
});

export const lettersRoute = createRoute({
  getParentRoute: () => monitoringRoute,
  path: "dead-letters",
  validateSearch: lettersSearch,
  component: lazyRouteComponent(() => import("@/features/monitoring/letters/LettersPage"), "LettersPage"),
});

export const letterRoute = createRoute({
  getParentRoute: () => signedInRoute,
  path: "/monitoring/dead-letters/$letterId",
  staticData: { isFullOnPhones: true },
  component: lazyRouteComponent(() => import("@/features/monitoring/letters/LetterPage"), "LetterPage"),
});

export const journalRoute = createRoute({
  getParentRoute: () => monitoringRoute,
  path: "webhooks",
  validateSearch: journalSearch,
  component: lazyRouteComponent(() => import("@/features/monitoring/journal/JournalPage"), "JournalPage"),
});

export const requestRoute = createRoute({
  getParentRoute: () => signedInRoute,
  path: "/monitoring/webhooks/$requestId",
  staticData: { isFullOnPhones: true },
  component: lazyRouteComponent(() => import("@/features/monitoring/journal/RequestPage"), "RequestPage"),
});

export const toldRoute = createRoute({
  getParentRoute: () => monitoringRoute,
  path: "whatsapp",
  validateSearch: toldSearch,
  component: lazyRouteComponent(() => import("@/features/monitoring/told/ToldPage"), "ToldPage"),
});
