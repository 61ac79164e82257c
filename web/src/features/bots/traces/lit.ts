/** The steps of a way that is lit on the canvas, and the connections between them. */
export type Lit = { nodes: ReadonlySet<string>; links: ReadonlySet<string> };

export const NOT_LIT: Lit = { nodes: new Set(), links: new Set() };

export const linkKey = (source: string, target: string): string => `${source} ${target}`;

/** A way as the address of a flow holds it: ids of steps in their order. */
export function readPath(path: string | undefined): Lit {
  const ids = path?.split(",").filter(Boolean) ?? [];
  if (ids.length === 0) return NOT_LIT;
  return { nodes: new Set(ids), links: new Set(ids.slice(1).map((id, index) => linkKey(ids[index] ?? "", id))) };
}
