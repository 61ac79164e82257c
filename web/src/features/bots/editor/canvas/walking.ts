import { type Doc, exitOf, type Link } from "../model/doc";

export type Direction = "up" | "down" | "left" | "right";

/**
 * Where an arrow key leads: down along the first connection (the others are one step sideways from there), up to where one
 * came from, sideways to the nearest step. Where no connection leads, the nearest in that direction.
 */
export function stepInDirection(doc: Doc, from: string | null, direction: Direction): string | null {
  const steps = doc.nodes;
  const here = steps.find((step) => step.id === from);
  if (!here) return steps.toSorted((one, other) => one.position.y - other.position.y || one.position.x - other.position.x)[0]?.id ?? null;
  const known = new Set(steps.map((step) => step.id));
  const led = doc.edges.filter((link) => known.has(link.source) && known.has(link.target));
  if (direction === "down") {
    const onward = led.filter((link) => link.source === from).toSorted((one, other) => exitOf(one).localeCompare(exitOf(other)));
    const below = onward.find((link) => (steps.find((step) => step.id === link.target)?.position.y ?? 0) > here.position.y) ?? onward[0];
    if (below) return below.target;
  }
  if (direction === "up") {
    const came = led.find((link) => link.target === from);
    if (came) return came.source;
  }
  const [axis, sign] = direction === "left" || direction === "right" ? (["x", direction === "right" ? 1 : -1] as const) : (["y", direction === "down" ? 1 : -1] as const);
  const other = axis === "x" ? "y" : "x";
  const distance = (step: Doc["nodes"][number]) => Math.abs(step.position[axis] - here.position[axis]) + 2 * Math.abs(step.position[other] - here.position[other]);
  return steps.filter((step) => (step.position[axis] - here.position[axis]) * sign > 0).toSorted((one, two) => distance(one) - distance(two))[0]?.id ?? null;
}

/** The connections of a step, as one goes through them: those that leave it from left to right, then those that lead to it. */
export function linksOf(doc: Doc, stepId: string): Link[] {
  const places = new Map(doc.nodes.map((step) => [step.id, step.position.x]));
  const led = doc.edges.filter((link) => places.has(link.source) && places.has(link.target));
  const out = led.filter((link) => link.source === stepId).toSorted((one, other) => (places.get(one.target) ?? 0) - (places.get(other.target) ?? 0) || exitOf(one).localeCompare(exitOf(other)));
  return [...out, ...led.filter((link) => link.target === stepId && link.source !== stepId)];
}

/** From a connection: sideways to the next one of the step that it leaves, up and down to the steps at its ends. */
export function fromLink(doc: Doc, link: Link, direction: Direction): { step: string } | { link: string } {
  if (direction === "up") return { step: link.source };
  if (direction === "down") return { step: link.target };
  const beside = linksOf(doc, link.source).filter((each) => each.source === link.source);
  const at = beside.findIndex((each) => each.id === link.id) + (direction === "right" ? 1 : -1);
  return { link: (beside.at(at % beside.length) ?? link).id };
}
