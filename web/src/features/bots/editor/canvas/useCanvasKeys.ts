import { useReactFlow } from "@xyflow/react";
import { type RefObject, useEffect, useRef } from "react";
import { movePlaces } from "../model/edits";
import { useEditor } from "../model/useEditor";
import { isTyping } from "./typing";
import type { Clipboard } from "./useClipboard";
import { useTidy } from "./useTidy";
import { type Direction, stepInDirection } from "./walking";

const ARROWS: Record<string, Direction> = { ArrowUp: "up", ArrowDown: "down", ArrowLeft: "left", ArrowRight: "right" };
/** Keys that mean something to every button and list: they are the canvas's only while the focus is in it. */
const OWN_KEYS = new Set(["Enter", " ", "Delete", "Backspace", "Escape"]);
const DELTA: Record<Direction, [number, number]> = { up: [0, -10], down: [0, 10], left: [-10, 0], right: [10, 0] };

/** Everything of the canvas by keyboard; the sheet behind `?` lists it. Answers a ref for the canvas. */
export function useCanvasKeys({ onHelp, clipboard }: { onHelp: () => void; clipboard: Clipboard }): RefObject<HTMLDivElement | null> {
  const canvas = useRef<HTMLDivElement>(null);
  const { store, add, open, isReadOnly } = useEditor();
  const flow = useReactFlow();
  const { tidy } = useTidy();

  useEffect(() => {
    const focus = (id: string) => {
      store.choose([id]);
      canvas.current?.querySelector<HTMLElement>(`.react-flow__node[data-id="${CSS.escape(id)}"]`)?.focus();
    };
    const here = () => document.activeElement?.closest<HTMLElement>(".react-flow__node")?.dataset["id"] ?? store.get().chosen[0] ?? null;
    const walk = (direction: Direction) => {
      const next = stepInDirection(store.get().doc, here(), direction);
      if (next) focus(next);
    };
    const nudge = (direction: Direction) => {
      const [x, y] = DELTA[direction];
      const { nodes, chosen } = store.get();
      const places = nodes.filter((node) => chosen.includes(node.id)).map((node) => [node.id, { x: node.position.x + x, y: node.position.y + y }] as const);
      store.edit(movePlaces(new Map(places)), "nudge");
    };
    const onKey = (event: KeyboardEvent) => {
      if (event.defaultPrevented || isTyping(event.target)) return;
      const isMine = event.target === document.body || canvas.current?.contains(event.target as Node);
      const direction = ARROWS[event.key];
      if (event.ctrlKey || event.metaKey) return pressCommand(event);
      if (!isMine && (direction || OWN_KEYS.has(event.key))) return;
      if (direction) {
        event.preventDefault();
        return event.shiftKey && !isReadOnly ? nudge(direction) : walk(direction);
      }
      press(event);
    };
    const pressCommand = (event: KeyboardEvent) => {
      const command: Record<string, (() => void) | undefined> = {
        z: event.shiftKey ? store.redo : store.undo,
        y: store.redo,
        d: clipboard.duplicate,
        a: () => store.choose(store.get().nodes.map((node) => node.id)),
      };
      const run = command[event.key.toLowerCase()];
      if (!run || (isReadOnly && event.key !== "a")) return;
      event.preventDefault();
      run();
    };
    const press = (event: KeyboardEvent) => {
      const id = here();
      const isOnButton = event.target instanceof Element && event.target.closest("button") !== null;
      switch (event.key) {
        case "Enter":
        case " ":
          if (isOnButton || !id) return;
          store.choose([id]);
          open(id);
          break;
        case "Delete":
        case "Backspace":
          clipboard.removeChosen();
          break;
        case "/":
        case "a":
          if (isReadOnly) return;
          add({ at: null });
          break;
        case "?":
          onHelp();
          break;
        case "Escape":
          store.choose([]);
          return;
        case "f":
          void flow.fitView({ padding: 0.15, maxZoom: 1, duration: 200 });
          break;
        case "+":
        case "=":
          void flow.zoomIn();
          break;
        case "-":
          void flow.zoomOut();
          break;
        case "l":
          if (!isReadOnly) tidy();
          break;
        default:
          return;
      }
      event.preventDefault();
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, [add, clipboard, flow, isReadOnly, onHelp, open, store, tidy]);
  return canvas;
}
