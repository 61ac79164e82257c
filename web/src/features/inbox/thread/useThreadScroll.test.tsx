import { act, fireEvent, render, screen } from "@testing-library/react";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { useThreadScroll } from "./useThreadScroll";

let height = 1000;
let resized: () => void = () => undefined;

beforeEach(() => {
  height = 1000;
  vi.stubGlobal(
    "ResizeObserver",
    class {
      constructor(callback: () => void) {
        resized = callback;
      }
      observe() {}
      disconnect() {}
    },
  );
  vi.spyOn(Element.prototype, "scrollHeight", "get").mockImplementation(() => height);
  vi.spyOn(Element.prototype, "clientHeight", "get").mockReturnValue(400);
});
afterEach(() => vi.restoreAllMocks());

function Thread({ lastKey = "b", isOwn = false }: { lastKey?: string; isOwn?: boolean }) {
  const { scroller, content, onScroll } = useThreadScroll({ firstKey: "a", lastKey }, isOwn);
  return (
    <div ref={scroller} onScroll={onScroll} role="log">
      <div ref={content} />
    </div>
  );
}

const box = () => screen.getByRole("log");
const grow = (pixels: number) => {
  height += pixels;
};

it("stays at the end when a picture gets its height, also when the browser tells of the last move only afterwards", () => {
  render(<Thread />);
  grow(600);
  fireEvent.scroll(box());
  act(() => resized());
  expect(box().scrollTop).toBe(1600);
});

it("stays where the reader scrolled up to, until something of the reader's own is said", () => {
  const { rerender } = render(<Thread />);
  fireEvent.scroll(box());
  box().scrollTop = 300;
  fireEvent.scroll(box());
  grow(200);
  act(() => resized());
  rerender(<Thread lastKey="c" />);
  expect(box().scrollTop).toBe(300);
  rerender(<Thread lastKey="d" isOwn />);
  expect(box().scrollTop).toBe(1200);
});
