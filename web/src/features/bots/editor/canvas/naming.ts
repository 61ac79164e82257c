import type { Language } from "@/i18n";
import { partsOf } from "../../graph";
import { sayParts } from "../../template";
import { configOf, type TypeMap } from "../model/doc";
import type { CanvasNode } from "../model/store";

const named = new WeakMap<CanvasNode, { key: string; node: CanvasNode }>();

/** A step with the name that a screen reader says. Equal steps give the same object, so that React draws only what changed. */
export function nameNode(node: CanvasNode, types: TypeMap, language: Language, fallback: string): CanvasNode {
  if (node.type !== "step") return node;
  const key = `${language} ${fallback} ${types.size}`;
  const known = named.get(node);
  if (known?.key === key) return known.node;
  const { step } = node.data;
  const typeName = types.get(step.type)?.label[language] ?? step.type;
  const shown = { ...node, ariaLabel: [step.name, typeName, sayParts(partsOf(configOf(step), language, fallback))].filter(Boolean).join(". ") };
  named.set(node, { key, node: shown });
  return shown;
}
