import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { useState } from "react";
import { expect, it, vi } from "vitest";
import { NumberInput } from "./NumberInput";

function Kept({ onChange, isWhole = false }: { onChange: (value: number | null) => void; isWhole?: boolean }) {
  const [value, setValue] = useState<number | null>(5);
  return (
    <NumberInput
      aria-label="How many"
      value={value}
      isWhole={isWhole}
      max={30}
      onChange={(next) => {
        setValue(next);
        onChange(next);
      }}
    />
  );
}

it("understands the digits of an Arabic keyboard, and shows them as they are read", async () => {
  const onChange = vi.fn();
  render(<Kept onChange={onChange} />);
  const field = screen.getByRole("spinbutton", { name: "How many" });
  await userEvent.clear(field);
  expect(onChange).toHaveBeenLastCalledWith(null);
  await userEvent.type(field, "١٢٫٥");
  expect(onChange).toHaveBeenLastCalledWith(12.5);
  expect(field).toHaveProperty("value", "12.5");
  await userEvent.keyboard("{ArrowUp}");
  expect(onChange).toHaveBeenLastCalledWith(13.5);
});

it("keeps what is no number to itself, and gives it up when one leaves", async () => {
  const onChange = vi.fn();
  render(<Kept onChange={onChange} isWhole />);
  const field = screen.getByRole("spinbutton");
  await userEvent.type(field, "x");
  expect(field.getAttribute("aria-invalid")).toBe("true");
  expect(onChange).not.toHaveBeenCalled();
  await userEvent.tab();
  expect(field).toHaveProperty("value", "5");
  await userEvent.type(field, "{ArrowUp}{ArrowUp}");
  expect(onChange).toHaveBeenLastCalledWith(7);
});

it("says that a number is outside its bounds", async () => {
  render(<Kept onChange={vi.fn()} />);
  const field = screen.getByRole("spinbutton");
  await userEvent.clear(field);
  await userEvent.type(field, "30");
  expect(field.getAttribute("aria-invalid")).toBeNull();
  await userEvent.type(field, "1");
  expect(field.getAttribute("aria-invalid")).toBe("true");
});
