import { fireEvent, render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it, vi } from "vitest";
import { Button } from "./Button";

describe("a button that can be busy", () => {
  it("hears a double click once, before its work could be seen to run", async () => {
    const onClick = vi.fn();
    render(<Button isBusy={false} onClick={onClick}>{"Make"}</Button>);
    await userEvent.dblClick(screen.getByRole("button"));
    expect(onClick).toHaveBeenCalledTimes(1);
  });

  it("sends its form once, however fast Enter is pressed", () => {
    const onSubmit = vi.fn((event: React.FormEvent) => event.preventDefault());
    render(
      <form onSubmit={onSubmit}>
        <Button type="submit" isBusy={false}>
          {"Add"}
        </Button>
      </form>,
    );
    fireEvent.click(screen.getByRole("button"));
    fireEvent.click(screen.getByRole("button"));
    expect(onSubmit).toHaveBeenCalledTimes(1);
  });

  it("leaves others alone, which may be pressed fast", async () => {
    const onClick = vi.fn();
    render(<Button onClick={onClick}>{"Next"}</Button>);
    await userEvent.dblClick(screen.getByRole("button"));
    expect(onClick).toHaveBeenCalledTimes(2);
  });
});
