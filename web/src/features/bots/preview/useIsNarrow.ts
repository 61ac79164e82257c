import { useSyncExternalStore } from "react";

const QUERY = "(min-width: 720px)";

/** Whether the page is too narrow for two panes now: then what stands beside the work rises from below. */
export function useIsNarrow(): boolean {
  return useSyncExternalStore(subscribe, () => !window.matchMedia(QUERY).matches);
}

function subscribe(listener: () => void): () => void {
  const media = window.matchMedia(QUERY);
  media.addEventListener("change", listener);
  return () => media.removeEventListener("change", listener);
}
