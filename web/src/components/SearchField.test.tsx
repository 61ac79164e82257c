import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, it, vi } from "vitest";
import { SearchField } from "./SearchField";

it("reads as the page while it is empty, and as what is typed afterwards", async () => {
  const nothing = () => undefined;
  render(
    <>
      <SearchField label="Field" placeholder="Field" value="" onSearch={nothing} isLtr />
      <SearchField label="Search" placeholder="Search" value="" onSearch={nothing} />
    </>,
  );
  for (const name of ["Field", "Search"]) expect(screen.getByRole("searchbox", { name })).not.toHaveAttribute("dir");
  await userEvent.type(screen.getByRole("searchbox", { name: "Field" }), "messages");
  await userEvent.type(screen.getByRole("searchbox", { name: "Search" }), "قهوة");
  expect(screen.getByRole("searchbox", { name: "Field" })).toHaveAttribute("dir", "ltr");
  expect(screen.getByRole("searchbox", { name: "Search" })).toHaveAttribute("dir", "auto");
});

it("looks for what was typed when typing pauses, and a change from outside wins", async () => {
  const onSearch = vi.fn();
  const { rerender } = render(<SearchField label="Search" placeholder="Search" value="" onSearch={onSearch} />);
  const box = screen.getByRole("searchbox", { name: "Search" });
  await userEvent.type(box, " tea ");
  expect(onSearch).not.toHaveBeenCalled();
  await vi.waitFor(() => expect(onSearch).toHaveBeenCalledExactlyOnceWith("tea"));
  rerender(<SearchField label="Search" placeholder="Search" value="tea" onSearch={onSearch} />);
  expect(box).toHaveValue(" tea ");
  rerender(<SearchField label="Search" placeholder="Search" value="" onSearch={onSearch} />);
  expect(box).toHaveValue("");
});
