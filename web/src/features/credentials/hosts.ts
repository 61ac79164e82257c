/** The hosts of a text that people write: one beside the other, with commas, lines, or whole addresses. */
export function readHosts(text: string): string[] {
  const hosts = text.split(/[\s,;،؛]+/u).map((part) => hostOf(part) ?? part.toLowerCase());
  return [...new Set(hosts.filter(Boolean))];
}

/** The host of an address, where it is written out and not filled in. */
export function hostOf(address: string): string | null {
  const host = /^\s*https?:\/\/([^/?#\s]+)/iu.exec(address)?.[1];
  return host && !host.includes("{{") ? host.replace(/^.*@/u, "").replace(/:\d+$/u, "").toLowerCase() : null;
}
