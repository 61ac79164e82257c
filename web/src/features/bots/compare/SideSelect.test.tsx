import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, it, vi } from "vitest";
import { serve } from "@/test/server";
import { SideSelect } from "./SideSelect";

it("offers every version, however many there are", async () => {
  const onChange = vi.fn();
  serve(() => ({ body: { data: [{ id: "v", number: 240, published_at: "2026-11-20T09:41:00Z", published_by: null, note: null }], next_cursor: "older" } }));
  render(
    <QueryClientProvider client={new QueryClient()}>
      <SideSelect botId="b1" label="Before" value="published" onChange={onChange} />
    </QueryClientProvider>,
  );
  const select = screen.getByRole("combobox", { name: "Before" });
  await screen.findByRole("option", { name: "Version 240" });
  expect(select.querySelectorAll("option")).toHaveLength(242);
  await userEvent.selectOptions(select, "1");
  expect(onChange).toHaveBeenLastCalledWith(1);
});
