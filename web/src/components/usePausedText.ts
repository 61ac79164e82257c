import { useEffect, useState } from "react";

const PAUSE_MS = 300;

/** The text of a search box: `onPause` is told, trimmed, when typing pauses. A change of `value` from outside (back, clear) wins over the text in the box. */
export function usePausedText(value: string, onPause: (text: string) => void): readonly [string, (text: string) => void] {
  const [text, setText] = useState(value);
  const [asked, setAsked] = useState(value);
  if (asked !== value) {
    setAsked(value);
    if (text.trim() !== value) setText(value);
  }
  useEffect(() => {
    if (text.trim() === value) return;
    const timer = setTimeout(() => onPause(text.trim()), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [text, value, onPause]);
  return [text, setText];
}
