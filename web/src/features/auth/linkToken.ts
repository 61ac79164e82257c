import { useState } from "react";

/** The token in what stands behind the # of a mailed link; "" for one that was damaged on its way, which then is no longer good. */
export function readToken(hash: string): string {
  try {
    return decodeURIComponent(hash.slice(1));
  } catch {
    return "";
  }
}

/** The token of this page's address. It stays in the page and goes to no server with the address. */
export function useLinkToken(): string {
  const [token] = useState(() => readToken(location.hash));
  return token;
}
