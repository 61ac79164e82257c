import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useLanguage } from "@/app/preferences";
import { useExitWords } from "../../look";
import { sayParts } from "../../template";
import { useSummary } from "../../words/useSummary";
import { exitOf, type Link, type Step } from "../model/doc";
import { exitsOf } from "../model/facts";
import type { CanvasEdge, CanvasNode } from "../model/store";
import { useEditor, useEditorState } from "../model/useEditor";

const named = new WeakMap<CanvasNode, { key: string; summary: unknown; node: CanvasNode }>();
const namedLinks = new WeakMap<CanvasEdge, { key: string; edge: CanvasEdge }>();

/**
 * Steps and notes with the names that a screen reader says. The canvas is one stop of the Tab key: the chosen part, or the first;
 * arrows go on from there. Equal parts give the same object, so that React draws only what changed.
 */
export function useNamedNodes(): CanvasNode[] {
  const { t } = useTranslation("editor");
  const { types } = useEditor();
  const language = useLanguage();
  const nodes = useEditorState((state) => state.nodes);
  const fallback = useEditorState((state) => state.doc.default_language);
  const summary = useSummary();
  const [aStep, aNote] = [t("canvasStep"), t("note")];
  return useMemo(() => {
    const typeName = (step: Step) => types.get(step.type)?.label[language] ?? step.type;
    const say = (node: CanvasNode): string =>
      node.type === "note" ? node.data.note.text : [node.data.step.name, typeName(node.data.step), sayParts(summary(node.data.step, types.get(node.data.step.type), fallback))].filter(Boolean).join(". ");
    const stop = (nodes.find((node) => node.selected) ?? nodes.find((node) => node.type === "step") ?? nodes[0])?.id;
    return nodes.map((node) => {
      const isStop = node.id === stop;
      const key = `${language} ${fallback} ${types.size} ${isStop}`;
      const known = named.get(node);
      if (known?.key === key && known.summary === summary) return known.node;
      const shown: CanvasNode = { ...node, ariaLabel: say(node), domAttributes: { tabIndex: isStop ? 0 : -1, "aria-roledescription": node.type === "note" ? aNote : aStep } };
      named.set(node, { key, summary, node: shown });
      return shown;
    });
  }, [nodes, types, language, fallback, summary, aStep, aNote]);
}

/** Connections with their names: by which way out, from where to where. */
export function useNamedEdges(): CanvasEdge[] {
  const { t } = useTranslation("editor");
  const { types } = useEditor();
  const language = useLanguage();
  const exitWords = useExitWords();
  const edges = useEditorState((state) => state.edges);
  const steps = useEditorState((state) => state.doc.nodes);
  const links = useEditorState((state) => state.doc.edges);
  const facts = useEditorState((state) => state.facts.nodes);
  const fallback = useEditorState((state) => state.doc.default_language);
  return useMemo(() => {
    const byId = new Map(steps.map((step) => [step.id, step]));
    const linkById = new Map(links.map((link) => [link.id, link]));
    const nameOf = (id: string) => {
      const step = byId.get(id);
      return step ? step.name || types.get(step.type)?.label[language] || step.type : id;
    };
    const exitName = (link: Link) => {
      const type = types.get(byId.get(link.source)?.type ?? "");
      const exit = exitsOf(facts[link.source], type).find((each) => each.name === exitOf(link));
      return exitWords(exitOf(link), exit?.label ?? null, fallback);
    };
    return edges.map((edge) => {
      const link = linkById.get(edge.id);
      const key = link ? t("linkName", { exit: exitName(link), from: nameOf(link.source), to: nameOf(link.target) }) : "";
      const known = namedLinks.get(edge);
      if (known?.key === key) return known.edge;
      const shown: CanvasEdge = { ...edge, ariaLabel: key, domAttributes: { tabIndex: -1, "aria-roledescription": t("canvasLink") } };
      namedLinks.set(edge, { key, edge: shown });
      return shown;
    });
  }, [edges, steps, links, facts, types, language, fallback, exitWords, t]);
}
