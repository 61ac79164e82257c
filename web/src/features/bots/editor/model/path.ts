import type { Json } from "./doc";

/** Reads and writes by dotted path, as faults name fields: `buttons.0.title.ar`. Nothing is changed in place. */
export function getIn(value: Json | undefined, path: string): Json | undefined {
  let found = value;
  for (const key of path ? path.split(".") : []) {
    if (Array.isArray(found)) found = found[Number(key)];
    else if (found && typeof found === "object") found = found[key];
    else return undefined;
  }
  return found;
}

export function setIn(value: Json | undefined, path: string, given: Json | undefined): Json {
  const [key = "", rest] = split(path);
  if (!path) return given ?? null;
  if (Array.isArray(value)) {
    const copy = [...value];
    const at = Number(key);
    if (rest === null && given === undefined) copy.splice(at, 1);
    else copy[at] = rest === null ? (given as Json) : setIn(copy[at], rest, given);
    return copy;
  }
  const fields = value && typeof value === "object" ? value : {};
  if (rest !== null) return { ...fields, [key]: setIn(fields[key], rest, given) };
  if (given === undefined) return Object.fromEntries(Object.entries(fields).filter(([name]) => name !== key));
  return { ...fields, [key]: given };
}

function split(path: string): [string, string | null] {
  const dot = path.indexOf(".");
  return dot < 0 ? [path, null] : [path.slice(0, dot), path.slice(dot + 1)];
}
