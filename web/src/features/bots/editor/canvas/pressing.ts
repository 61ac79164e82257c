import { useEffect, useRef } from "react";

/** Where the first press of a click or a double click landed, wherever on the page: the second may land on what lay below a dialog. */
export function useFirstPressed(): () => EventTarget | null {
  const first = useRef<EventTarget | null>(null);
  useEffect(() => {
    const note = (event: MouseEvent) => {
      if (event.detail <= 1) first.current = event.target;
    };
    window.addEventListener("mousedown", note, true);
    return () => window.removeEventListener("mousedown", note, true);
  }, []);
  return () => first.current;
}

/** The empty part of the canvas. */
export const isPane = (target: EventTarget | null): boolean => target instanceof Element && target.classList.contains("react-flow__pane");
