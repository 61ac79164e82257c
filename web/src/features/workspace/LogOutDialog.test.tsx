import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { render, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, it, vi } from "vitest";
import { hasKept } from "@/features/bots/editor/saving/kept";
import { serve } from "@/test/server";
import { LogOutDialog } from "./LogOutDialog";

it("deletes the unsaved work of whoever logs out in spite of it, and nobody else's", async () => {
  localStorage.setItem("hoopoe.flow.huda.b.1", "{}");
  localStorage.setItem("hoopoe.flow.noura.b.2", "{}");
  const calls = serve(() => ({ status: 204 }));
  const onClose = vi.fn();
  render(
    <QueryClientProvider client={new QueryClient()}>
      <LogOutDialog userId="huda" isOpen onClose={onClose} />
    </QueryClientProvider>,
  );
  const user = userEvent.setup();
  await user.click(screen.getByRole("button", { name: "Stay" }));
  expect([onClose.mock.calls.length, calls.length, hasKept("huda")]).toEqual([1, 0, true]);
  await user.click(screen.getByRole("button", { name: "Log out and delete them" }));
  await waitFor(() => expect(hasKept("huda")).toBe(false));
  expect([calls.map((call) => call.path), hasKept("noura")]).toEqual([["/api/auth/logout"], true]);
  localStorage.clear();
});
