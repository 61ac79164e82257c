import type { Blueprint } from "@/api/models";
import { exitOf, isSame, type Link, type Step } from "../editor/model/doc";

/** What two flows differ in: pure, from their blueprints alone. Where a step is drawn is no difference. */
export type Mark = "added" | "removed" | "changed";
/** One value that differs. `path`: where it is, such as `buttons.0.title.en`; undefined on a side: it is not there. */
export type FieldChange = { path: string; before: unknown; after: unknown };
export type StepChange = { id: string; mark: Mark; before: Step | undefined; after: Step | undefined; fields: FieldChange[] };
export type LinkChange = { id: string; mark: Mark; before: Link | undefined; after: Link | undefined };
export type Comparison = { steps: StepChange[]; links: LinkChange[]; whole: FieldChange[] };

const WHOLE = ["name", "description", "languages", "default_language", "variables", "credentials", "settings", "required_fields", "comments"] as const;

export function compareFlows(before: Blueprint, after: Blueprint): Comparison {
  return {
    steps: pair(before.nodes, after.nodes).flatMap(([id, old, now]): StepChange[] => {
      const fields = listFields(shownOf(old), shownOf(now));
      if (old && now) return fields.length ? [{ id, mark: "changed", before: old, after: now, fields }] : [];
      return [{ id, mark: now ? "added" : "removed", before: old, after: now, fields }];
    }),
    links: pairLinks(before.edges, after.edges),
    whole: WHOLE.flatMap((name) => listFields(before[name], after[name], name)),
  };
}

export const isEqual = ({ steps, links, whole }: Comparison): boolean => steps.length + links.length + whole.length === 0;

/** Parts of both by id, in the order of the newer one, what only the older one has last. */
function pair<Part extends { id: string }>(before: readonly Part[], after: readonly Part[]): [string, Part | undefined, Part | undefined][] {
  const old = new Map(before.map((part) => [part.id, part]));
  const now = new Set(after.map((part) => part.id));
  return [...after.map((part): [string, Part | undefined, Part | undefined] => [part.id, old.get(part.id), part]), ...before.filter((part) => !now.has(part.id)).map((part): [string, Part, undefined] => [part.id, part, undefined])];
}

/** A connection is the one from its exit: ids are made anew whenever one is drawn. */
function pairLinks(before: readonly Link[], after: readonly Link[]): LinkChange[] {
  const keyed = (links: readonly Link[]) => links.map((link) => ({ id: `${link.source}/${exitOf(link)}`, link }));
  return pair(keyed(before), keyed(after)).flatMap(([id, old, now]): LinkChange[] => {
    if (old && now && old.link.target === now.link.target) return [];
    return [{ id, mark: old && now ? "changed" : now ? "added" : "removed", before: old?.link, after: now?.link }];
  });
}

const shownOf = (step: Step | undefined) => (step ? { type: step.type, name: step.name ?? undefined, ...step.config } : undefined);

/** Every value that differs, by its path, as deep as both sides have objects or lists there. */
export function listFields(before: unknown, after: unknown, path = ""): FieldChange[] {
  if (isSame(before, after)) return [];
  const [one, other] = [partsOf(before), partsOf(after)];
  if ((!one && before !== undefined) || (!other && after !== undefined) || (!one && !other)) return [{ path, before, after }];
  const keys = [...new Set([...Object.keys(one ?? {}), ...Object.keys(other ?? {})])];
  if (keys.length === 0) return [{ path, before, after }];
  return keys.flatMap((key) => listFields(one?.[key], other?.[key], path ? `${path}.${key}` : key));
}

function partsOf(value: unknown): Record<string, unknown> | null {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : null;
}

export type Line = { sign: " " | "+" | "-"; text: string };

/** Two texts line by line: the longest that both have is kept, the rest taken out and put in. */
export function compareLines(before: readonly string[], after: readonly string[]): Line[] {
  const [rows, columns] = [before.length, after.length];
  const common = Array.from({ length: rows + 1 }, () => new Uint16Array(columns + 1));
  const at = (row: number, column: number) => common[row]?.[column] ?? 0;
  for (let row = rows - 1; row >= 0; row -= 1)
    for (let column = columns - 1; column >= 0; column -= 1) {
      const line = common[row];
      if (line) line[column] = before[row] === after[column] ? at(row + 1, column + 1) + 1 : Math.max(at(row + 1, column), at(row, column + 1));
    }
  const lines: Line[] = [];
  let [row, column] = [0, 0];
  while (row < rows || column < columns) {
    if (row < rows && column < columns && before[row] === after[column]) {
      lines.push({ sign: " ", text: before[row] ?? "" });
      row += 1;
      column += 1;
    } else if (row < rows && (column === columns || at(row + 1, column) >= at(row, column + 1))) {
      lines.push({ sign: "-", text: before[row] ?? "" });
      row += 1;
    } else {
      lines.push({ sign: "+", text: after[column] ?? "" });
      column += 1;
    }
  }
  return lines;
}

/** A value as lines of JSON, none for what is not there. */
export const jsonLines = (value: unknown): string[] => (value === undefined ? [] : JSON.stringify(value, null, 2).split("\n"));

const [WIDE, HIGH, ASIDE] = [240, 140, 280];

/** Both flows as one to be drawn: the newer one, with the steps that only the older one has, moved aside where it is full. */
export function uniteFlows(before: Blueprint, after: Blueprint): Blueprint {
  const now = new Set(after.nodes.map((step) => step.id));
  const taken = new Set(after.edges.map((link) => `${link.source}/${exitOf(link)}`));
  const nodes = [...after.nodes];
  for (const step of before.nodes) {
    if (now.has(step.id)) continue;
    let { x } = step.position;
    const { y } = step.position;
    while (nodes.some(({ position }) => Math.abs(position.x - x) < WIDE && Math.abs(position.y - y) < HIGH)) x += ASIDE;
    nodes.push({ ...step, position: { x, y } });
  }
  const edges = [...after.edges, ...before.edges.filter((link) => !taken.has(`${link.source}/${exitOf(link)}`))];
  return { ...after, nodes, edges };
}
