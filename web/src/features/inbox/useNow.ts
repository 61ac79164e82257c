import { useEffect, useState } from "react";
import { onClockMoved, serverNow } from "@/api";

/** The present as the server has it, anew every half minute and when its clock was moved: for what is left of a window, and for "yesterday". */
export function useNow(): Date {
  const [now, setNow] = useState(serverNow);
  useEffect(() => {
    const look = () => setNow(serverNow());
    const stop = onClockMoved(look);
    const timer = setInterval(look, 30_000);
    return () => {
      stop();
      clearInterval(timer);
    };
  }, []);
  return now;
}
