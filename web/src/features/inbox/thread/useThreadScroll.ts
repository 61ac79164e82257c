import { type RefObject, useCallback, useEffect, useLayoutEffect, useRef, useState } from "react";

const NEAR_BOTTOM_PX = 48;

type Edges = { firstKey: string | undefined; lastKey: string | undefined };
type ThreadScroll = {
  scroller: RefObject<HTMLDivElement | null>;
  content: RefObject<HTMLDivElement | null>;
  onScroll: () => void;
  /** Scrolled up, with newer messages below the screen. */
  isAway: boolean;
  toBottom: () => void;
};

/**
 * Keeps a thread where the reader left it: at the bottom while new messages come, in place while older ones are added above,
 * still while the reader is scrolled up. `follow` forces the bottom when the newest message is the reader's own.
 */
export function useThreadScroll({ firstKey, lastKey }: Edges, follow: boolean): ThreadScroll {
  const scroller = useRef<HTMLDivElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const isAtBottom = useRef(true);
  const top = useRef(0);
  const seen = useRef<Edges & { height: number }>({ firstKey: undefined, lastKey: undefined, height: 0 });
  const [isAway, setAway] = useState(false);

  const stick = useCallback(() => {
    const box = scroller.current;
    if (box && isAtBottom.current) box.scrollTop = box.scrollHeight;
  }, []);

  const toBottom = useCallback(() => {
    isAtBottom.current = true;
    setAway(false);
    stick();
  }, [stick]);

  useLayoutEffect(() => {
    const box = scroller.current;
    if (!box) return;
    const last = seen.current;
    const isOlderAdded = last.firstKey !== undefined && firstKey !== last.firstKey && !isAtBottom.current;
    if (isOlderAdded) box.scrollTop += box.scrollHeight - last.height;
    if (lastKey !== last.lastKey && follow) isAtBottom.current = true;
    stick();
    seen.current = { firstKey, lastKey, height: box.scrollHeight };
  }, [firstKey, lastKey, follow, stick]);

  // Pictures that load, a composer that grows, a phone's keyboard: whoever was at the bottom stays there.
  useEffect(() => {
    const observer = new ResizeObserver(() => {
      stick();
      if (scroller.current) seen.current.height = scroller.current.scrollHeight;
    });
    if (scroller.current) observer.observe(scroller.current);
    if (content.current) observer.observe(content.current);
    return () => observer.disconnect();
  }, [stick]);

  const onScroll = useCallback(() => {
    const box = scroller.current;
    if (!box) return;
    // Only the reader moves up: what grew below in the meantime (a picture came) leaves the place as it is.
    if (box.scrollHeight - box.scrollTop - box.clientHeight < NEAR_BOTTOM_PX) isAtBottom.current = true;
    else if (box.scrollTop < top.current) isAtBottom.current = false;
    top.current = box.scrollTop;
    setAway(!isAtBottom.current);
  }, []);

  return { scroller, content, onScroll, isAway, toBottom };
}
