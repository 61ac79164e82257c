import { useState } from "react";

/** The token behind the # of a mailed link. It stays in the page and goes to no server with the address. */
export function useLinkToken(): string {
  const [token] = useState(() => decodeURIComponent(location.hash.slice(1)));
  return token;
}
