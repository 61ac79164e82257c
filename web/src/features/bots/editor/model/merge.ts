import { type Doc, exitOf, isSame, type Link } from "./doc";

/** A part that both changed, each in another way. `mine` or `theirs` null: that side took it away. */
export type Clash = { key: string; name: string; mine: boolean; theirs: boolean };
export type Side = "mine" | "theirs";
type Part = { id: string };

const LISTS = ["nodes", "edges", "comments"] as const;
const WHOLES = ["name", "description", "languages", "default_language", "variables", "credentials", "settings", "required_fields"] as const;

/**
 * Two drafts that grew out of one: what only one side changed is taken from there. What both changed is a clash, and is
 * taken from the side that `choose` says.
 */
export function mergeDocs(base: Doc, mine: Doc, theirs: Doc, choose: (key: string) => Side): { doc: Doc; clashes: Clash[] } {
  const clashes: Clash[] = [];
  const doc = { ...theirs };
  for (const list of LISTS) Object.assign(doc, { [list]: mergeList(list, base[list], mine[list], theirs[list], choose, clashes) });
  for (const field of WHOLES) {
    if (isSame(mine[field], base[field])) continue;
    const isClash = !isSame(theirs[field], base[field]) && !isSame(theirs[field], mine[field]);
    if (isClash) clashes.push({ key: field, name: field, mine: true, theirs: true });
    if (!isClash || choose(field) === "mine") Object.assign(doc, { [field]: mine[field] });
  }
  const there = new Set(doc.nodes.map((step) => step.id));
  const byExit = new Map<string, Link>();
  const fromThem = new Set(theirs.edges.map((link) => link.id));
  for (const link of doc.edges) {
    const exit = `${link.source} ${exitOf(link)}`;
    const other = byExit.get(exit);
    const isKept = other !== undefined && fromThem.has(other.id) && choose(`edges.${link.id}`) === "theirs";
    if (!isKept && there.has(link.source) && there.has(link.target)) byExit.set(exit, link);
  }
  doc.edges = [...byExit.values()];
  return { doc, clashes };
}

function mergeList(list: (typeof LISTS)[number], base: readonly Part[], mine: readonly Part[], theirs: readonly Part[], choose: (key: string) => Side, clashes: Clash[]): Part[] {
  const [inBase, inMine, inTheirs] = [base, mine, theirs].map((parts) => new Map(parts.map((part) => [part.id, part])));
  const merged: Part[] = [];
  for (const id of new Set([...theirs, ...mine].map((part) => part.id))) {
    const [old, own, other] = [inBase?.get(id), inMine?.get(id), inTheirs?.get(id)];
    let taken = other;
    if (isSame(other, old) || isSame(other, own)) taken = own;
    else if (!isSame(own, old)) {
      const key = `${list}.${id}`;
      clashes.push({ key, name: nameOf(own ?? other, id), mine: own !== undefined, theirs: other !== undefined });
      taken = choose(key) === "mine" ? own : other;
    }
    if (taken) merged.push(taken);
  }
  return merged;
}

function nameOf(part: Part | undefined, id: string): string {
  const named = part as { name?: string | null; text?: string } | undefined;
  return named?.name || named?.text?.slice(0, 40) || id;
}
