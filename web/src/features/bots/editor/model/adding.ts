import type { FlowNodeType } from "@/api/models";
import { blankStep } from "./blank";
import type { Doc, Place, Step } from "./doc";
import { addStep, type Edit, insertStep, inOrder, movePlaces, type Source } from "./edits";
import { exitsOf, type Facts } from "./facts";
import { STEP_SIZE } from "./layout";
import type { CanvasNode } from "./store";
import type { AddWish } from "./useEditor";

const GAP = 64;

type Scene = { doc: Doc; nodes: readonly CanvasNode[]; facts: Facts; types: ReadonlyMap<string, FlowNodeType>; chosen: readonly string[]; middle: Place };

/** A new step where it was wished for: in a connection, behind an exit, at a place; or behind what is chosen, or in the middle. */
export function placeStep(type: FlowNodeType, wish: AddWish, scene: Scene): { edit: Edit; id: string } {
  const { doc } = scene;
  const make = (at: Place): Step => blankStep(type, doc.languages, at);
  if (wish.link) {
    const step = make(shift(wish.at ?? middleOf(wish.link, scene)));
    const room = new Map(doc.nodes.filter((each) => each.position.y >= step.position.y - 20).map((each) => [each.id, { x: each.position.x, y: each.position.y + STEP_SIZE.height + GAP }] as const));
    return { edit: inOrder(movePlaces(room), insertStep(wish.link, step, type.exits[0] ?? null)), id: step.id };
  }
  const from = wish.from ?? (wish.at || type.is_trigger ? null : looseExit(scene));
  const step = make(wish.at ? shift(wish.at) : from ? below(from, scene) : free(shift(scene.middle), doc));
  return { edit: addStep(step, from), id: step.id };
}

/** Between the two ends of a connection. */
function middleOf(linkId: string, { doc, middle }: Scene): Place {
  const link = doc.edges.find((each) => each.id === linkId);
  const [from, to] = [link?.source, link?.target].map((id) => doc.nodes.find((each) => each.id === id)?.position);
  if (!from || !to) return middle;
  return { x: (from.x + to.x + STEP_SIZE.width) / 2, y: (from.y + STEP_SIZE.height + to.y) / 2 };
}

const shift = ({ x, y }: Place): Place => ({ x: x - STEP_SIZE.width / 2, y });

/** The first way out of the one chosen step that leads nowhere yet. */
function looseExit({ doc, facts, types, chosen }: Scene): Source | null {
  const step = chosen.length === 1 ? doc.nodes.find((each) => each.id === chosen[0]) : undefined;
  if (!step) return null;
  const taken = new Set(doc.edges.filter((link) => link.source === step.id).map((link) => link.sourceHandle ?? "next"));
  const exit = exitsOf(facts.nodes[step.id], types.get(step.type)).find((each) => !taken.has(each.name));
  return exit ? { step: step.id, exit: exit.name } : null;
}

function below(from: Source, { doc, nodes }: Scene): Place {
  const source = doc.nodes.find((each) => each.id === from.step);
  const size = nodes.find((node) => node.id === from.step)?.measured;
  const place = source?.position ?? { x: 0, y: 0 };
  return free({ x: place.x + ((size?.width ?? STEP_SIZE.width) - STEP_SIZE.width) / 2, y: place.y + (size?.height ?? STEP_SIZE.height) + GAP }, doc);
}

/** The nearest place to the right on which nothing stands. */
function free(at: Place, doc: Doc): Place {
  const isTaken = (place: Place) => doc.nodes.some(({ position }) => Math.abs(position.x - place.x) < STEP_SIZE.width && Math.abs(position.y - place.y) < STEP_SIZE.height);
  let place = at;
  while (isTaken(place)) place = { x: place.x + STEP_SIZE.width + 30, y: place.y };
  return place;
}
