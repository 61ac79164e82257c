import type { Blueprint, Fault, FlowNodeType } from "@/api/models";
import type { Language } from "@/i18n";
import { nameField, type OwnFields } from "../compare/naming";
import { type Choice, type FormField, readFields } from "../editor/model/schema";
import { type Config, configOf, type Json, type Link, type Step } from "../editor/model/doc";
import { readText } from "../graph";

/** A step as a fault speaks of it: it may be gone from the flow that is looked at. */
export type StepRef = { id: string; name?: string | null; type?: string | null };

export type Wording = {
  language: Language;
  languageName: (code: string) => string;
  exitWords: (name: string, label: Json | null, fallback: string) => string;
  optionWords: (option: Choice) => string;
  own: OwnFields;
  /** What a step is called that is nowhere to be found. */
  lost: string;
};

export type FlowNames = {
  kind: (type: string) => string;
  step: (ref: StepRef | string) => string;
  /** A value of a step by what its form calls it: `buttons.0.title.en`, `exits.timeout`, `edges.e1`. */
  field: (stepId: string | null, path: string, type?: string) => string;
  /** Where a fault is: its step, and the parts of its field's name; empty for the flow as a whole. */
  place: (fault: Pick<Fault, "node_id" | "field">) => string[];
  exit: (stepId: string, exit: string) => string;
  link: (linkId: string) => Link | undefined;
  formOf: (type: string | undefined) => readonly FormField[];
  stepType: (stepId: string | null) => string | undefined;
};

const forms = new WeakMap<object, readonly FormField[]>();

/** What people call the parts of a flow, in the language of the screen. Of several flows (old and new), the last that has a part names it. */
export function nameFlow(flows: readonly Blueprint[], types: readonly FlowNodeType[], words: Wording): FlowNames {
  const kinds = new Map(types.map((type) => [type.type, type]));
  const steps = new Map(flows.flatMap((flow) => flow.nodes.map((step): [string, Step] => [step.id, step])));
  const links = new Map(flows.flatMap((flow) => flow.edges.map((link) => [link.id, link] as const)));
  const fallback = flows.at(-1)?.default_language ?? "en";
  const kind = (type: string) => kinds.get(type)?.label[words.language] ?? type.replaceAll("_", " ");
  const formOf = (type: string | undefined) => {
    const schema = type && kinds.get(type)?.schema;
    if (!schema) return [];
    const known = forms.get(schema) ?? readFields(schema as Config);
    forms.set(schema, known);
    return known;
  };
  const step = (ref: StepRef | string) => {
    const { id, name, type }: StepRef = typeof ref === "string" ? { id: ref } : ref;
    const here = steps.get(id);
    const called = here?.name || name;
    const what = here?.type ?? type;
    return called || (what ? kind(what) : words.lost);
  };
  const exit = (stepId: string, name: string) => {
    const here = steps.get(stepId);
    return words.exitWords(name, here ? (findOption(configOf(here), name) ?? null) : null, fallback);
  };
  const field: FlowNames["field"] = (stepId, path, type) => {
    const [head = "", ...rest] = path.split(".");
    if (head === "exits" && stepId !== null) return exit(stepId, rest.join("."));
    if (head === "edges") return words.own["edges"] ?? head;
    return nameField(path, formOf(type ?? (stepId === null ? undefined : steps.get(stepId)?.type)), words.own, words.language, words.languageName);
  };
  return {
    kind,
    step,
    exit,
    field,
    place: ({ node_id: id, field: path }) => (id === null ? [] : [step(id), ...(path ? field(id, path).split(" › ") : [])]),
    formOf,
    stepType: (id) => (id === null ? undefined : steps.get(id)?.type),
    link: (id) => links.get(id),
  };
}

/** What the author of an option (a button, a row, a choice) calls it, wherever in the config it stands. */
function findOption(config: Json, id: string): Json | undefined {
  if (Array.isArray(config)) {
    for (const item of config) {
      const found = findOption(item, id);
      if (found !== undefined) return found;
    }
  } else if (config && typeof config === "object") {
    if (config["id"] === id && config["title"] !== undefined) return config["title"];
    return findOption(Object.values(config), id);
  }
  return undefined;
}

/** One value as its form shows it: an option by its label, yes and no in words, a text of several languages by the one of the screen. */
export function showValue(value: unknown, field: FormField | undefined, words: Pick<Wording, "language" | "optionWords"> & { yes: string; no: string }, fallback: string): string {
  if (value === undefined || value === null) return "";
  if (typeof value === "boolean") return value ? words.yes : words.no;
  if (typeof value === "number") return String(value);
  if (typeof value === "string") {
    const option = field?.options.find((each) => each.value === value);
    return option ? words.optionWords(option) : value;
  }
  if (Array.isArray(value)) return value.map((each) => showValue(each, field, words, fallback)).filter(Boolean).join(words.language === "ar" ? "، " : ", ");
  return readText(value, words.language, fallback);
}

/** The field of a form at a dotted path; undefined where no form names it. */
export function findField(fields: readonly FormField[], path: string): FormField | undefined {
  let here = fields;
  let found: FormField | undefined;
  for (const part of path.split(".")) {
    if (/^\d+$/u.test(part)) continue;
    const next = here.find((each) => each.name === part);
    if (!next) return found?.kind === "pairs" || found?.kind === "localized" || found?.kind === "texts" ? found : undefined;
    found = next;
    here = next.fields;
  }
  return found;
}
