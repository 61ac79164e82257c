import { useReactFlow } from "@xyflow/react";
import { useMemo } from "react";
import { movePlaces } from "../model/edits";
import { align, type Alignment, layOut, type Size, STEP_SIZE } from "../model/layout";
import type { CanvasNode } from "../model/store";
import { useEditor } from "../model/useEditor";
import { fitAll, isMapShown } from "./fitting";

const sizeOf = (node: CanvasNode | undefined): Size => ({ width: node?.measured?.width ?? STEP_SIZE.width, height: node?.measured?.height ?? STEP_SIZE.height });

/** Putting the drawing in order: all of it, or what is chosen. */
export function useTidy(): { tidy: () => void; line: (how: Alignment) => void } {
  const { store } = useEditor();
  const flow = useReactFlow();
  return useMemo(
    () => ({
      tidy: () => {
        const { doc, nodes } = store.get();
        const byId = new Map(nodes.map((node) => [node.id, node]));
        store.edit(movePlaces(layOut(doc, (id) => sizeOf(byId.get(id)))));
        requestAnimationFrame(() => void flow.fitView(fitAll(isMapShown())));
      },
      line: (how) => {
        const { nodes, chosen } = store.get();
        const parts = nodes.filter((node) => chosen.includes(node.id)).map((node) => ({ id: node.id, position: node.position, size: sizeOf(node) }));
        store.edit(movePlaces(align(parts, how)));
      },
    }),
    [flow, store],
  );
}
