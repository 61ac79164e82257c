import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { render, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, it } from "vitest";
import { serve } from "@/test/server";
import { GridCell } from "./GridCell";
import type { DataColumn, DataRow } from "./queries";

const column = { id: "c", name: "dish", label: null, type: "text", options: [] } as unknown as DataColumn;
const rowOf = (dish: string, revision: number) => ({ id: "r", values: { dish, price: revision }, revision }) as unknown as DataRow;

/** A cell that says "Soup"; the server has `there`, and takes what grew out of it. One types "Stew". */
async function type(there: DataRow) {
  let now = there;
  const calls = serve((call) => {
    if (call.method !== "PATCH") return { body: {} };
    const { revision, values } = call.body as { revision: number; values: { dish: string } };
    if (revision !== now.revision) return { status: 409, body: { error: { code: "row_changed", message: "", details: { row: now }, request_id: "r" } } };
    now = rowOf(values.dish, revision + 1);
    return { body: now };
  });
  render(
    <QueryClientProvider client={new QueryClient()}>
      <table>
        <tbody>
          <tr>
            <GridCell tableId="t" row={rowOf("Soup", 1)} column={column} place="0.0" isActive canEdit className="" onFocus={() => undefined} onMove={() => undefined} />
          </tr>
        </tbody>
      </table>
    </QueryClientProvider>,
  );
  const user = userEvent.setup();
  await user.dblClick(screen.getByRole("gridcell"));
  await user.clear(screen.getByRole("textbox"));
  await user.keyboard("Stew{Enter}");
  return { user, kept: () => now.values["dish"], sent: () => calls.filter((call) => call.method === "PATCH").length };
}

it("keeps what one typed beside what somebody else wrote there, until one is chosen", async () => {
  const { user, kept } = await type(rowOf("Salad", 2));
  const alert = await screen.findByRole("alert");
  expect(alert).toHaveTextContent("Salad");
  expect(screen.getByRole("textbox")).toHaveValue("Stew");
  await user.click(document.body);
  expect(kept()).toBe("Salad");
  await user.click(within(alert).getByRole("button", { name: "Keep mine" }));
  await waitFor(() => expect(kept()).toBe("Stew"));
  await waitFor(() => expect(screen.queryByRole("textbox")).toBeNull());
});

it("takes theirs, where one would rather have it", async () => {
  const { user, kept, sent } = await type(rowOf("Salad", 2));
  await user.click(within(await screen.findByRole("alert")).getByRole("button", { name: "Take theirs" }));
  expect([screen.queryByRole("textbox"), kept(), sent()]).toEqual([null, "Salad", 1]);
});

it("asks nothing where another cell of the row was changed", async () => {
  const { kept, sent } = await type(rowOf("Soup", 5));
  await waitFor(() => expect(kept()).toBe("Stew"));
  expect([screen.queryByRole("alert"), sent()]).toEqual([null, 2]);
});
