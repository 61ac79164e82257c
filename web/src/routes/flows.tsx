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

/** Which version is looked at, and which step: both can be sent to a colleague. */
export const flowSearch = z.object({
  version: z.catch(z.optional(z.union([z.enum(["draft", "published"]), z.int().check(z.positive())])), undefined),
  node: z.catch(z.optional(z.string().check(z.maxLength(200))), undefined),
});

export const flowRoute = createRoute({
  getParentRoute: () => signedInRoute,
  path: "/flows/$botId",
  validateSearch: flowSearch,
  staticData: { isFullOnPhones: true },
  component: lazyPage(() => import("@/features/bots/BotPage"), "BotPage"),
});
