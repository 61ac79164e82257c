import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, it } from "vitest";
import { Typed } from "./JournalFilters";

it("reads as the page while it is empty, and as what is typed afterwards", async () => {
  const nothing = () => undefined;
  render(
    <>
      <Typed label="Field" placeholder="Field" value="" onType={nothing} isLtr />
      <Typed label="Search" placeholder="Search" value="" onType={nothing} />
    </>,
  );
  for (const name of ["Field", "Search"]) expect(screen.getByRole("searchbox", { name })).not.toHaveAttribute("dir");
  await userEvent.type(screen.getByRole("searchbox", { name: "Field" }), "messages");
  await userEvent.type(screen.getByRole("searchbox", { name: "Search" }), "قهوة");
  expect(screen.getByRole("searchbox", { name: "Field" })).toHaveAttribute("dir", "ltr");
  expect(screen.getByRole("searchbox", { name: "Search" })).toHaveAttribute("dir", "auto");
});
