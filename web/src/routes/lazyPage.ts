import { lazyRouteComponent } from "@tanstack/react-router";
import { offlineError } from "@/api/errors";

/**
 * A page whose code is fetched when it is first opened. Code that does not come while nobody answers is the network's fault and is thrown
 * as `offline`, which the page says and mends by itself; code that is gone while the server answers means a newer Hoopoe, and the router
 * then loads the whole page anew, once.
 */
export function lazyPage<Name extends string, Page extends () => React.ReactNode>(load: () => Promise<Record<Name, Page>>, name: Name) {
  const loadOrTell = async () => {
    try {
      return await load();
    } catch (error) {
      if (!(await doesServerAnswer())) throw offlineError();
      throw error;
    }
  };
  return lazyRouteComponent(loadOrTell as () => Promise<Record<string, Page>>, name);
}

async function doesServerAnswer(): Promise<boolean> {
  try {
    await fetch("/boot.js", { method: "HEAD", cache: "no-store" });
    return true;
  } catch {
    return false;
  }
}
