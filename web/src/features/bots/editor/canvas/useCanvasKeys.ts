import { useReactFlow } from "@xyflow/react";
import { type RefObject, useEffect, useRef } from "react";
import { movePlaces } from "../model/edits";
import type { Alignment } from "../model/layout";
import type { CanvasEdge, CanvasNode } from "../model/store";
import { useEditor } from "../model/useEditor";
import { focusLink, focusStep, whereFocusIs } from "./focusing";
import { isTyping } from "./typing";
import type { Clipboard } from "./useClipboard";
import { useTidy } from "./useTidy";
import { type Direction, fromLink, linksOf, stepInDirection } from "./walking";
import { fitAll, isMapShown } from "./fitting";

const ARROWS: Record<string, Direction> = { ArrowUp: "up", ArrowDown: "down", ArrowLeft: "left", ArrowRight: "right" };
/** Keys that mean something to every button and list: they are the canvas's only while the focus is in it. */
const OWN_KEYS = new Set(["Enter", " ", "Delete", "Backspace", "Escape"]);
const DELTA: Record<Direction, [number, number]> = { up: [0, -10], down: [0, 10], left: [-10, 0], right: [10, 0] };
/** With Alt, by where the key is: on some keyboards Alt makes another letter of it. */
const LINES: Record<string, Alignment> = { KeyA: "left", KeyH: "center", KeyD: "right", KeyW: "top", KeyV: "middle", KeyS: "bottom" };
const SPREADS: Record<string, Alignment> = { KeyH: "row", KeyV: "column" };

/** Everything of the canvas by keyboard; the sheet behind `?` lists it. Answers a ref for the canvas. */
export function useCanvasKeys({ onHelp, clipboard }: { onHelp: () => void; clipboard: Clipboard }): RefObject<HTMLDivElement | null> {
  const canvas = useRef<HTMLDivElement>(null);
  const { store, add, open, isReadOnly } = useEditor();
  const flow = useReactFlow<CanvasNode, CanvasEdge>();
  const { tidy, line } = useTidy();

  useEffect(() => {
    const toStep = (id: string) => focusStep(store, flow, id);
    const toLink = (id: string) => focusLink(store, flow, id);
    const chosenLink = () => {
      const { link } = whereFocusIs(store);
      return store.get().doc.edges.find((each) => each.id === link);
    };
    const walk = (direction: Direction) => {
      const { doc } = store.get();
      const link = chosenLink();
      if (link) {
        const next = fromLink(doc, link, direction);
        return "step" in next ? toStep(next.step) : toLink(next.link);
      }
      const next = stepInDirection(doc, whereFocusIs(store).step, direction);
      if (next) toStep(next);
    };
    const toFirstLink = () => {
      const { step } = whereFocusIs(store);
      const first = step && linksOf(store.get().doc, step)[0];
      if (first) toLink(first.id);
    };
    const nudge = (direction: Direction) => {
      const [x, y] = DELTA[direction];
      const { nodes, chosen } = store.get();
      const places = nodes.filter((node) => chosen.includes(node.id)).map((node) => [node.id, { x: node.position.x + x, y: node.position.y + y }] as const);
      store.edit(movePlaces(new Map(places)), "nudge");
    };
    /** The focus goes on from what is gone: from a connection to the step that it left, else to the canvas. */
    const remove = () => {
      const from = chosenLink()?.source;
      clipboard.removeChosen();
      if (from) toStep(from);
      else canvas.current?.focus({ preventScroll: true });
    };
    const enter = () => {
      const { step, link } = whereFocusIs(store);
      if (link && !isReadOnly) return add({ at: null, link });
      if (!step) return;
      store.choose([step]);
      open(step);
    };
    const onKey = (event: KeyboardEvent) => {
      if (event.defaultPrevented || isTyping(event.target)) return;
      const isMine = event.target === document.body || canvas.current?.contains(event.target as Node);
      const direction = ARROWS[event.key];
      if (event.ctrlKey || event.metaKey) return pressCommand(event);
      if (event.altKey) return pressAlt(event);
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
    const pressAlt = (event: KeyboardEvent) => {
      const how = (event.shiftKey ? SPREADS : LINES)[event.code];
      if (!how || isReadOnly || store.get().chosen.length < 2) return;
      event.preventDefault();
      line(how);
    };
    const press = (event: KeyboardEvent) => {
      const isOnButton = event.target instanceof Element && event.target.closest("button") !== null;
      switch (event.key) {
        case "Enter":
        case " ":
          if (isOnButton) return;
          enter();
          break;
        case "Delete":
        case "Backspace":
          remove();
          break;
        case "/":
        case "a": {
          if (isReadOnly) return;
          const { link } = whereFocusIs(store);
          add(link ? { at: null, link } : { at: null });
          break;
        }
        case "c":
          toFirstLink();
          break;
        case "?":
          onHelp();
          break;
        case "Escape": {
          const link = chosenLink();
          if (link) toStep(link.source);
          else store.choose([]);
          return;
        }
        case "f":
          void flow.fitView(fitAll(isMapShown()));
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
  }, [add, clipboard, flow, isReadOnly, line, onHelp, open, store, tidy]);
  return canvas;
}
