import { createRoute } from "@tanstack/react-router";
import * as z from "zod/mini";
import { lazyPage } from "./lazyPage";
import { signedInRoute } from "./signed-in";

export const tablesRoute = createRoute({
  getParentRoute: () => signedInRoute,
  path: "/data",
  component: lazyPage(() => import("@/features/tables/TablesPage"), "TablesPage"),
});

const OPERATORS = ["equals", "not_equals", "contains", "not_contains", "starts_with", "ends_with", "greater_than", "less_than", "at_least", "at_most", "is_empty", "is_not_empty"] as const;

export type Operator = (typeof OPERATORS)[number];

/** Which rows are looked at, and how: all can be sent to a colleague. */
export const rowsSearch = z.object({
  q: z.catch(z.optional(z.string().check(z.maxLength(200))), undefined),
  sort: z.catch(z.optional(z.string().check(z.maxLength(60))), undefined),
  down: z.catch(z.optional(z.boolean()), undefined),
  where: z.catch(
    z.optional(z.array(z.object({ column: z.string().check(z.maxLength(60)), operator: z.enum(OPERATORS), value: z.optional(z.string().check(z.maxLength(500))) })).check(z.maxLength(10))),
    undefined,
  ),
});
export type RowsSearch = z.infer<typeof rowsSearch>;

export const tableRoute = createRoute({
  getParentRoute: () => signedInRoute,
  path: "/data/$tableId",
  validateSearch: rowsSearch,
  component: lazyPage(() => import("@/features/tables/TablePage"), "TablePage"),
});
