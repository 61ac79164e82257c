import { useEffect, useState } from "react";

/** The present, anew every half minute: for what is left of a window, and for "yesterday". */
export function useNow(): Date {
  const [now, setNow] = useState(() => new Date());
  useEffect(() => {
    const timer = setInterval(() => setNow(new Date()), 30_000);
    return () => clearInterval(timer);
  }, []);
  return now;
}
