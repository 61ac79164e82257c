/**
 * A random key for one request that must not happen twice. Not `crypto.randomUUID`: browsers have that only on https and localhost,
 * and Hoopoe may stand on plain http in somebody's own network.
 */
export function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
