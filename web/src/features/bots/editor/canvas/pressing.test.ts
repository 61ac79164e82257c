import { fireEvent, renderHook } from "@testing-library/react";
import { expect, it } from "vitest";
import { isPane, useFirstPressed } from "./pressing";

it("a double click belongs to where its first press was, not to the canvas below a dialog that went away", () => {
  document.body.innerHTML = '<div class="react-flow__pane"></div><button></button>';
  const [pane, button] = [document.querySelector("div") as Element, document.querySelector("button") as Element];
  const { result } = renderHook(() => useFirstPressed());
  fireEvent.mouseDown(pane, { detail: 1 });
  fireEvent.mouseDown(pane, { detail: 2 });
  expect(isPane(result.current())).toBe(true);
  fireEvent.mouseDown(button, { detail: 1 });
  fireEvent.mouseDown(pane, { detail: 2 });
  expect(isPane(result.current())).toBe(false);
});
