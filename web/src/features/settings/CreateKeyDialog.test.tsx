import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, it } from "vitest";
import { SESSION_KEY } from "@/api";
import type { Me } from "@/api/models";
import { ToastProvider } from "@/components";
import { serve } from "@/test/server";
import { CreateKeyDialog } from "./CreateKeyDialog";
import { meQuery } from "./queries";

it("offers a key what its maker may, without what no key ever may", async () => {
  serve(() => ({ body: {} }));
  const queryClient = new QueryClient({ defaultOptions: { queries: { retry: false, staleTime: Number.POSITIVE_INFINITY } } });
  queryClient.setQueryData(SESSION_KEY, { user: { id: "u" }, workspace: { id: "w", role: "viewer" } });
  queryClient.setQueryData(meQuery.queryKey, { permissions: ["account:write", "conversations:read", "tokens:write"] } as Me);
  render(
    <QueryClientProvider client={queryClient}>
      <ToastProvider>
        <CreateKeyDialog isOpen onOpenChange={() => undefined} />
      </ToastProvider>
    </QueryClientProvider>,
  );
  await userEvent.click(screen.getByRole("radio", { name: "Only some of it" }));
  expect(screen.getAllByRole("checkbox").map((box) => box.parentElement?.textContent)).toEqual(["Read conversations"]);
});
