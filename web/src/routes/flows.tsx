import { createRoute } from "@tanstack/react-router";
import * as z from "zod/mini";
import { lazyPage } from "./lazyPage";
import { signedInRoute } from "./signed-in";

export const flowsRoute = createRoute({
  getParentRoute: () => signedInRoute,
  path: "/flows",
  component: lazyPage(() => import("@/features/bots/BotsPage"), "BotsPage"),
});

export const answersRoute = createRoute({
  getParentRoute: () => signedInRoute,
  path: "/flows/answers",
  component: lazyPage(() => import("@/features/bots/outside/AnswersPage"), "AnswersPage"),
});

/** Which version is looked at, which step, and which way through it is lit: all can be sent to a colleague. */
export const flowSearch = z.object({
  version: z.catch(z.optional(z.union([z.enum(["draft", "published"]), z.int().check(z.positive())])), undefined),
  node: z.catch(z.optional(z.string().check(z.maxLength(200))), undefined),
  path: z.catch(z.optional(z.string().check(z.maxLength(8_000))), undefined),
  /** A version that is to be put into the draft, once its editor has asked. */
  restore: z.catch(z.optional(z.int().check(z.positive())), undefined),
});

export const flowRoute = createRoute({
  getParentRoute: () => signedInRoute,
  path: "/flows/$botId",
  validateSearch: flowSearch,
  staticData: { isFullOnPhones: true },
  component: lazyPage(() => import("@/features/bots/BotPage"), "BotPage"),
});

/** Who is in a bot's flow: what is searched for, and who is looked at. */
export const peopleSearch = z.object({
  state: z.catch(z.optional(z.enum(["waiting", "parked", "completed", "failed", "interrupted"])), undefined),
  q: z.catch(z.optional(z.string().check(z.maxLength(100))), undefined),
  node: z.catch(z.optional(z.string().check(z.maxLength(64))), undefined),
  version: z.catch(z.optional(z.int().check(z.positive())), undefined),
  conversation: z.catch(z.optional(z.string().check(z.maxLength(40))), undefined),
  session: z.catch(z.optional(z.string().check(z.maxLength(40))), undefined),
});

export const peopleRoute = createRoute({
  getParentRoute: () => signedInRoute,
  path: "/flows/$botId/people",
  validateSearch: peopleSearch,
  staticData: { isFullOnPhones: true },
  component: lazyPage(() => import("@/features/bots/people/PeoplePage"), "PeoplePage"),
});

const side = z.catch(z.optional(z.union([z.enum(["draft", "published"]), z.int().check(z.positive())])), undefined);

/** Two versions side by side: what they differ in. */
export const compareSearch = z.object({ from: side, to: side, view: z.catch(z.optional(z.enum(["fields", "drawing", "json"])), undefined) });

export const compareRoute = createRoute({
  getParentRoute: () => signedInRoute,
  path: "/flows/$botId/compare",
  validateSearch: compareSearch,
  staticData: { isFullOnPhones: true },
  component: lazyPage(() => import("@/features/bots/compare/ComparePage"), "ComparePage"),
});
