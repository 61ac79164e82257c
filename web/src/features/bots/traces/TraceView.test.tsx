import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { createMemoryHistory, createRootRoute, createRouter, RouterProvider } from "@tanstack/react-router";
import { render, screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import type { ReactNode } from "react";
import { describe, expect, it } from "vitest";
import type { Me, SprintTrace } from "@/api/models";
import { meQuery } from "@/features/settings/queries";
import { serve } from "@/test/server";
import { nodeTypesQuery } from "../queries";
import { aSprint, TYPES } from "./samples";
import { TraceView } from "./TraceView";
import { WhySheet } from "./WhySheet";

async function show(children: ReactNode, permissions: string[] = ["bots:read"]) {
  const queryClient = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  queryClient.setQueryData(meQuery.queryKey, { permissions } as Me);
  queryClient.setQueryData(nodeTypesQuery.queryKey, { data: TYPES, values: [] } as never);
  const router = createRouter({ routeTree: createRootRoute({ component: () => children }), history: createMemoryHistory({ initialEntries: ["/inbox"] }) });
  render(
    <QueryClientProvider client={queryClient}>
      <RouterProvider router={router as never} />
    </QueryClientProvider>,
  );
  await screen.findByRole("list").catch(() => null);
}

describe("TraceView", () => {
  it("reads out what came, the way, what was computed and changed, and why it stopped", async () => {
    await show(<TraceView sprint={aSprint({})} messageId="m1" />);
    const way = screen.getByRole("region", { name: "The way through the flow" });
    expect(within(way).getAllByRole("listitem").map((item) => item.textContent)).toEqual([expect.stringMatching(/^Which size\?Question.*went on here.*answered/u), expect.stringMatching(/^MessageSaid this message.*You chose large/u)]);
    expect(screen.getByRole("region", { name: "What changed" })).toHaveTextContent("sizebeforenothingafterlarge");
    expect(screen.getByText("The flow was at its end.")).toBeVisible();
    expect(screen.getByRole("link", { name: "Show on the canvas" })).toHaveAttribute("href", "/flows/b?version=3&node=answer&path=ask%2Canswer");
  });

  it("shows a call of another system with its time, its address and its answer, and hides what is secret", async () => {
    const sprint = aSprint({
      given: { type: "effect", seconds: 0.125, result: { ok: true, status: 200, body: { token: "[redacted]", total: 5 }, error: null } },
      asked: { type: "effect", kind: "http_request", request: { method: "POST", url: "https://shop.example/orders", headers: { Authorization: "[redacted]" } } },
      wait: { type: "message", timeout_seconds: 600 },
      status: "waiting",
    });
    await show(<TraceView sprint={sprint} />);
    const given = screen.getByRole("region", { name: "What it began with" });
    expect(given).toHaveTextContent("It took 125 milliseconds");
    expect(given).toHaveTextContent("POST https://shop.example/orders");
    expect(given).toHaveTextContent("Status 200");
    expect(screen.getByText("It waits for an answer, at most 10 minutes.")).toBeVisible();
  });

  it("says that publishing began it anew, and who published", async () => {
    await show(<TraceView sprint={aSprint({ given: { type: "published", node_id: "ask", by: "u" }, by: "ليلى" })} />);
    expect(screen.getByRole("region", { name: "What it began with" })).toHaveTextContent(/Version 3 was published, and the conversation began anew on it\. By: .?ليلى/u);
  });

  it("says an error in words, and has no way to the canvas for who may not see flows", async () => {
    const sprint: SprintTrace = aSprint({ status: "failed", errors: [{ node_id: "answer", code: "too_many_messages", message: "More than 10 messages in one go." }] });
    await show(<TraceView sprint={sprint} />, []);
    expect(screen.getByText("The flow failed. More than 10 messages in one go.")).toBeVisible();
    expect(screen.queryByRole("link")).toBeNull();
  });

  it("shows what else was known when it is asked for", async () => {
    await show(<TraceView sprint={aSprint({})} known={{ size: "large", city: "Riyadh" }} />);
    expect(screen.queryByText("Riyadh")).toBeNull();
    await userEvent.setup().click(screen.getByRole("button", { name: "Show 1 more variable" }));
    expect(screen.getByText("Riyadh")).toBeVisible();
  });
});

describe("WhySheet", () => {
  it("says that a reason is gone, and for how long reasons are kept", async () => {
    serve(() => ({ body: { message_id: "m1", sprint: null, known: {}, days_kept: 14 } }));
    await show(<WhySheet asked={{ messageId: "m1" }} onClose={() => undefined} />);
    expect(await screen.findByText(/No reason is kept for this any more.*14 days/u)).toBeVisible();
  });

  it("says when this Hoopoe keeps none at all", async () => {
    serve(() => ({ body: { message_id: "m1", sprint: null, known: {}, days_kept: 0 } }));
    await show(<WhySheet asked={{ messageId: "m1" }} onClose={() => undefined} />);
    expect(await screen.findByText(/TRACE_DAYS/u)).toBeVisible();
  });
});
