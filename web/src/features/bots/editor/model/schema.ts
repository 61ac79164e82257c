import type { Json } from "./doc";

/** A node's form, read from the JSON Schema of its config and from nothing else: no node type is known by name. */
type Schema = { [key: string]: Json };

export type Bilingual = { en: string; ar: string };
export type Kind = "localized" | "text" | "template" | "expression" | "number" | "switch" | "select" | "multiselect" | "tags" | "pairs" | "list" | "group" | "texts" | "json";

/** One of several values; without words of its own it is called as it is written. */
export type Choice = { value: string; label: Bilingual | null };

export type FormField = {
  name: string;
  label: Bilingual | null;
  help: Bilingual | null;
  /** The part of the form that it stands in; "" is the first. */
  section: string;
  kind: Kind;
  widget: string;
  isRequired: boolean;
  isOptional: boolean;
  isLong: boolean;
  default: Json | undefined;
  options: Choice[];
  /** It counts only while each of these fields beside it has one of these values. */
  when: { [field: string]: string[] };
  min: number | undefined;
  max: number | undefined;
  maxLength: number | undefined;
  maxItems: number | undefined;
  minItems: number | undefined;
  /** Of a group, and of each item of a list. */
  fields: FormField[];
};

export function readFields(schema: Schema, root: Schema = schema): FormField[] {
  const required = Array.isArray(schema["required"]) ? schema["required"] : [];
  return Object.entries(objectOf(schema["properties"])).map(([name, field]) => readField(name, objectOf(field), root, required.includes(name)));
}

function readField(name: string, given: Schema, root: Schema, isRequired: boolean): FormField {
  const { schema, isOptional } = unwrap(given, root);
  const ui = objectOf(given["ui"] ?? schema["ui"]);
  const widget = textOf(ui["widget"]);
  const items = unwrap(objectOf(schema["items"]), root).schema;
  const kind = kindOf(schema, items, widget);
  return {
    name,
    label: bilingualOf(ui["label"]),
    help: bilingualOf(ui["help"]),
    section: textOf(ui["section"]),
    kind,
    widget,
    isRequired,
    isOptional,
    isLong: widget === "localized_textarea" || widget === "textarea",
    default: given["default"] ?? schema["default"],
    options: choicesOf(ui, kind === "multiselect" ? items : schema),
    when: Object.fromEntries(Object.entries(objectOf(ui["when"])).map(([other, values]) => [other, Array.isArray(values) ? values.map(String) : []])),
    min: numberOf(schema["minimum"]),
    max: numberOf(schema["maximum"]),
    maxLength: numberOf(schema["maxLength"]),
    maxItems: numberOf(schema["maxItems"]),
    minItems: numberOf(schema["minItems"]),
    fields: kind === "group" ? readFields(schema, root) : kind === "list" ? readFields(items, root) : [],
  };
}

/** Follows a reference, and takes the one shape that is not null. */
function unwrap(given: Schema, root: Schema): { schema: Schema; isOptional: boolean } {
  let schema = given;
  if (typeof schema["$ref"] === "string") {
    const name = schema["$ref"].split("/").at(-1) ?? "";
    schema = { ...objectOf(objectOf(root["$defs"])[name]), ...schema };
  }
  if (Array.isArray(schema["anyOf"]) && !schema["localized"]) {
    const shapes = schema["anyOf"].map(objectOf).filter((shape) => shape["type"] !== "null");
    const isOptional = shapes.length < schema["anyOf"].length;
    const [only] = shapes;
    if (only && shapes.length === 1) return { schema: { ...schema, ...unwrap(only, root).schema }, isOptional };
    return { schema, isOptional };
  }
  return { schema, isOptional: false };
}

function kindOf(schema: Schema, items: Schema, widget: string): Kind {
  if (schema["localized"]) return "localized";
  if (widget === "template" || widget === "expression") return widget;
  if (widget === "multiselect" || widget === "pairs") return widget;
  if (Array.isArray(schema["enum"])) return "select";
  switch (schema["type"]) {
    case "boolean":
      return "switch";
    case "integer":
    case "number":
      return "number";
    case "string":
      return "text";
    case "array":
      if (items["localized"]) return "texts";
      return "properties" in items ? "list" : items["type"] === "string" ? "tags" : "json";
    case "object":
      if ("properties" in schema) return "group";
      return objectOf(schema["additionalProperties"])["type"] === "string" ? "pairs" : "json";
    default:
      return "json";
  }
}

function choicesOf(ui: Schema, schema: Schema): Choice[] {
  if (Array.isArray(ui["options"])) return ui["options"].map(objectOf).map((option) => ({ value: textOf(option["value"]), label: bilingualOf(option["label"]) }));
  return Array.isArray(schema["enum"]) ? schema["enum"].map((value) => ({ value: String(value), label: null })) : [];
}

/** Whether a field counts with what stands beside it, so that a form need not show it otherwise. */
export function isCounting(field: FormField, beside: readonly FormField[], values: Json | undefined): boolean {
  const given = objectOf(values);
  return Object.entries(field.when).every(([name, wanted]) => {
    const value = given[name] ?? beside.find((other) => other.name === name)?.default;
    return value === undefined || value === null || wanted.includes(String(value));
  });
}

const objectOf = (value: Json | undefined): Schema => (value && typeof value === "object" && !Array.isArray(value) ? value : {});
const textOf = (value: Json | undefined): string => (typeof value === "string" ? value : "");
const numberOf = (value: Json | undefined): number | undefined => (typeof value === "number" ? value : undefined);
function bilingualOf(value: Json | undefined): Bilingual | null {
  const { en, ar } = objectOf(value);
  return typeof en === "string" && typeof ar === "string" ? { en, ar } : null;
}
