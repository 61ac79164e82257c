import { type Config, configOf, type Doc, exitOf, type Json, type Link, newId, NEXT, type Note, type Place, type Step } from "./doc";
import { getIn, setIn } from "./path";

/** Changes of a draft: each takes one and gives another, so that undo is only going back. What is untouched stays the same object. */
export type Edit = (doc: Doc) => Doc;
export type Source = { step: string; exit: string };

export const addStep =
  (step: Step, from: Source | null = null): Edit =>
  (doc) => {
    const added = { ...doc, nodes: [...doc.nodes, step] };
    return from ? connect(from, step.id)(added) : added;
  };

/** One connection leaves by each exit: a new one takes the place of the old. */
export const connect =
  (from: Source, target: string): Edit =>
  (doc) => {
    const kept = doc.edges.filter((link) => link.source !== from.step || exitOf(link) !== from.exit);
    const old = doc.edges.find((link) => link.source === from.step && exitOf(link) === from.exit);
    if (old?.target === target) return doc;
    return { ...doc, edges: [...kept, makeLink(from, target)] };
  };

function makeLink(from: Source, target: string): Link {
  return { id: newId("e"), source: from.step, target, sourceHandle: from.exit === NEXT ? null : from.exit, label: null };
}

/** Puts a step into a connection: what led on leads to it, and it leads on by `exit` where it has one. */
export const insertStep =
  (linkId: string, step: Step, exit: string | null): Edit =>
  (doc) => {
    const link = doc.edges.find((each) => each.id === linkId);
    if (!link) return addStep(step)(doc);
    const led = addStep(step, { step: link.source, exit: exitOf(link) })(doc);
    return exit === null ? led : connect({ step: step.id, exit }, link.target)(led);
  };

export const removeParts =
  (ids: ReadonlySet<string>): Edit =>
  (doc) => ({
    ...doc,
    nodes: doc.nodes.filter((step) => !ids.has(step.id)),
    comments: doc.comments.filter((note) => !ids.has(note.id)),
    edges: doc.edges.filter((link) => !ids.has(link.id) && !ids.has(link.source) && !ids.has(link.target)),
  });

export const changeStep =
  (id: string, change: (step: Step) => Step): Edit =>
  (doc) => ({ ...doc, nodes: doc.nodes.map((step) => (step.id === id ? change(step) : step)) });

export const setConfig = (id: string, path: string, value: Json | undefined): Edit => changeStep(id, (step) => ({ ...step, config: setIn(step.config as Config, path, value) as NonNullable<Step["config"]> }));

export const renameStep = (id: string, name: string): Edit => changeStep(id, (step) => ({ ...step, name: name || null }));

/** Writes a field. Where a part of a list gives an exit its name, as an option's id does, what left by the old name leaves by the new one. */
export function changeField(step: Step, path: string, value: Json | undefined): Edit {
  const old = getIn(configOf(step), path);
  const isNamed = /\.\d+\.[a-z_]+$/u.test(path) && typeof old === "string" && typeof value === "string";
  return isNamed ? inOrder(setConfig(step.id, path, value), renameExit(step.id, old, value)) : setConfig(step.id, path, value);
}

export const renameExit =
  (id: string, from: string, to: string): Edit =>
  (doc) => ({ ...doc, edges: doc.edges.map((link) => (link.source === id && exitOf(link) === from ? { ...link, sourceHandle: to } : link)) });

export const movePlaces =
  (places: ReadonlyMap<string, Place>): Edit =>
  (doc) => {
    const isMoved = [...doc.nodes, ...doc.comments].some(({ id, position }) => {
      const place = places.get(id);
      return place !== undefined && (Math.round(place.x) !== position.x || Math.round(place.y) !== position.y);
    });
    if (!isMoved) return doc;
    const move = <Part extends { id: string; position: Place }>(part: Part): Part => {
      const place = places.get(part.id);
      if (!place || (place.x === part.position.x && place.y === part.position.y)) return part;
      return { ...part, position: { x: Math.round(place.x), y: Math.round(place.y) } };
    };
    return { ...doc, nodes: doc.nodes.map(move), comments: doc.comments.map(move) };
  };

export const addNote =
  (position: Place, text = ""): Edit =>
  (doc) => ({ ...doc, comments: [...doc.comments, { id: newId("note"), text, position }] });

export const changeNote =
  (id: string, text: string): Edit =>
  (doc) => ({ ...doc, comments: doc.comments.map((note): Note => (note.id === id ? { ...note, text } : note)) });

export const setLanguages =
  (languages: string[], defaultLanguage: string): Edit =>
  (doc) => ({ ...doc, languages, default_language: defaultLanguage });

/** Sets one rule of the whole flow. */
export const setRule =
  <Name extends keyof Doc["settings"]>(name: Name, value: Doc["settings"][Name]): Edit =>
  (doc) => (doc.settings?.[name] === value ? doc : { ...doc, settings: { ...doc.settings, [name]: value } });

export const declareVariable =
  (name: string, value: Json): Edit =>
  (doc) => ({ ...doc, variables: { ...doc.variables, [name]: value as Doc["variables"][string] } });

export const inOrder =
  (...edits: readonly Edit[]): Edit =>
  (doc) =>
    edits.reduce((changed, edit) => edit(changed), doc);
