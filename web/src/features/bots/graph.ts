import type { Blueprint, FlowNodeType } from "@/api/models";
import type { Language } from "@/i18n";
import { type Part, readTemplate } from "./template";

/** A flow as it is drawn and read out: pure, from the blueprint alone. */
export type DrawnNode = {
  id: string;
  type: string;
  name: string;
  typeName: string;
  group: FlowNodeType["group"] | null;
  parts: Part[];
  exits: Exit[];
  waiting: number;
  x: number;
  y: number;
};
/**
 * `target` null: the exit leads nowhere, and the flow ends there. `goesBack`: it leads up, or to a step beside it:
 * said in words, because a line would run behind the steps in between. `label` null: what every exit of that name says.
 */
export type Exit = { name: string; label: string | null; target: string | null; goesBack: boolean };
export type DrawnFlow = { nodes: DrawnNode[]; start: string[] };

const GAP_X = 260;
const GAP_Y = 190;

/** Reads a text of a blueprint: plain, or by language. */
export function readText(value: unknown, language: string, fallback: string): string {
  if (typeof value === "string") return value;
  if (value && typeof value === "object") {
    const texts = value as Record<string, unknown>;
    const found = texts[language] ?? texts[fallback] ?? Object.values(texts)[0];
    return typeof found === "string" ? found : "";
  }
  return "";
}

/** The fields whose text tells best what a node does, the first that is there. */
const TEXT_FIELDS = ["body", "text", "message", "question", "note", "url", "expression", "variable", "name"];

/** What a step's card says of its settings. */
export type Summary = (step: Blueprint["nodes"][number], type: FlowNodeType | undefined, fallback: string) => Part[];

export function drawFlow(blueprint: Blueprint, types: readonly FlowNodeType[], waiting: Record<string, number>, language: Language, summary?: Summary): DrawnFlow {
  const byType = new Map(types.map((type) => [type.type, type]));
  const fallback = blueprint.default_language ?? "en";
  const layout = placeNodes(blueprint);
  const nodes = (blueprint.nodes ?? []).map((node): DrawnNode => {
    const type = byType.get(node.type);
    const config = (node.config ?? {}) as Record<string, unknown>;
    const edges = (blueprint.edges ?? []).filter((edge) => edge.source === node.id);
    const place = layout.get(node.id) ?? { x: 0, y: 0 };
    return {
      id: node.id,
      type: node.type,
      name: node.name || type?.label[language] || node.type,
      typeName: type?.label[language] ?? node.type,
      group: type?.group ?? null,
      parts: summary ? summary(node, type, fallback) : partsOf(config, language, fallback),
      exits: edges.map((edge) => ({
        name: edge.sourceHandle ?? "next",
        label: exitLabel(edge.sourceHandle ?? "next", edge.label, config, language, fallback),
        target: edge.target,
        goesBack: (layout.get(edge.target)?.y ?? 0) <= place.y,
      })),
      waiting: waiting[node.id] ?? 0,
      x: place.x,
      y: place.y,
    };
  });
  return { nodes, start: nodes.filter((node) => node.group === "start").map((node) => node.id) };
}

/** What a step says or does: its text, what it remembers, or the words that it listens for. */
export function partsOf(config: Record<string, unknown>, language: string, fallback: string): Part[] {
  const field = TEXT_FIELDS.find((name) => readText(config[name], language, fallback));
  if (field) return readTemplate(readText(config[field], language, fallback));
  if (typeof config.variable_name === "string" && typeof config.value === "string")
    return [{ kind: "value", text: config.variable_name }, { kind: "text", text: " = " }, ...readTemplate(config.value)];
  const words = Array.isArray(config.keywords) ? config.keywords : [];
  return words.flatMap((word): Part[] => (typeof word === "string" && word.trim() ? [{ kind: "word", text: word }] : []));
}

/** A button's exit is called what the button says; null where only the exit's name tells. */
function exitLabel(name: string, label: string | null | undefined, config: Record<string, unknown>, language: string, fallback: string): string | null {
  for (const option of optionsOf(config)) {
    if (option.id === name) return readText(option.title, language, fallback) || name;
  }
  return label || null;
}

type Option = { id?: unknown; title?: unknown };
function optionsOf(config: Record<string, unknown>): Option[] {
  const buttons = Array.isArray(config.buttons) ? (config.buttons as Option[]) : [];
  const sections = Array.isArray(config.sections) ? (config.sections as { rows?: Option[] }[]) : [];
  return [...buttons, ...sections.flatMap((section) => section.rows ?? [])];
}

/** Positions of the draft where all have one, else rows by distance from the start. Flows run top to bottom in both languages. */
export function placeNodes(blueprint: Blueprint): Map<string, { x: number; y: number }> {
  const nodes = blueprint.nodes ?? [];
  const hasPlaces = nodes.length > 0 && nodes.every((node) => node.position) && new Set(nodes.map((node) => `${node.position?.x},${node.position?.y}`)).size === nodes.length;
  if (hasPlaces) return new Map(nodes.map((node) => [node.id, { x: node.position?.x ?? 0, y: node.position?.y ?? 0 }]));
  const rows = rowsOf(blueprint);
  return new Map(rows.flatMap((row, y) => row.map((id, x) => [id, { x: (x - (row.length - 1) / 2) * GAP_X, y: y * GAP_Y }] as const)));
}

function rowsOf(blueprint: Blueprint): string[][] {
  const targets = new Set((blueprint.edges ?? []).map((edge) => edge.target));
  const seen = new Set<string>();
  const rows: string[][] = [];
  let row = (blueprint.nodes ?? []).filter((node) => !targets.has(node.id)).map((node) => node.id);
  const rest = () => (blueprint.nodes ?? []).map((node) => node.id).filter((id) => !seen.has(id));
  while (row.length || rest().length) {
    const current = [...new Set(row.length ? row : rest().slice(0, 1))].filter((id) => !seen.has(id));
    for (const id of current) seen.add(id);
    if (current.length) rows.push(current);
    row = (blueprint.edges ?? []).filter((edge) => current.includes(edge.source) && !seen.has(edge.target)).map((edge) => edge.target);
  }
  return rows;
}
