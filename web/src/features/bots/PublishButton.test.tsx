import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it } from "vitest";
import type { Bot } from "@/api/models";
import { ToastProvider } from "@/components";
import { serve } from "@/test/server";
import { PublishButton } from "./PublishButton";

const bot = { id: "b", name: "Café", status: "active", published: { number: 1 }, waiting: 0 } as Bot;
const text = (body: string) => ({ type: "text", content: { body }, is_refused: false });
const report = {
  passed: 1,
  failed: 1,
  data: [
    { id: "t1", name: "Hello", has_passed: true, is_complete: true, steps: [{ expected: [text("Hi")], got: [text("Hi")], is_same: true, trouble: null }] },
    {
      id: "t2",
      name: "اختبار",
      has_passed: false,
      is_complete: true,
      steps: [
        { expected: [text("Hi")], got: [text("Hi")], is_same: true, trouble: null },
        { expected: [text("How was it?")], got: [], is_same: false, trouble: null },
      ],
    },
  ],
};

describe("PublishButton", () => {
  it("shows what the bot's tests expect beside what it says, and publishes when that is accepted", async () => {
    const calls = serve((call) =>
      (call.body as { accepts_differences: boolean }).accepts_differences
        ? { body: { bot, version: { id: "v", number: 2 } } }
        : { status: 409, body: { error: { code: "tests_differ", message: "", details: { report }, request_id: "r" } } },
    );
    render(
      <QueryClientProvider client={new QueryClient()}>
        <ToastProvider>
          <PublishButton bot={bot} onFault={() => undefined} />
        </ToastProvider>
      </QueryClientProvider>,
    );
    const user = userEvent.setup();
    await user.click(screen.getByRole("button", { name: "Publish" }));
    await user.click(await screen.findByRole("button", { name: "Publish" }));
    expect(await screen.findByRole("alert")).toHaveTextContent("One test fails on this draft.");
    expect(screen.getByText("اختبار")).toBeVisible();
    expect(screen.queryByText("Hello")).toBeNull();
    expect(screen.getByText("Step 2")).toBeVisible();
    expect(screen.getByText("How was it?")).toBeVisible();
    expect(screen.getByText("nothing")).toBeVisible();
    await user.click(screen.getByRole("button", { name: "Accept and publish" }));
    expect(await screen.findByText(/published|Version 2/iu)).toBeVisible();
    expect(calls.map((call) => call.body)).toEqual([
      { note: null, accepts_differences: false },
      { note: null, accepts_differences: true },
    ]);
  });
});
