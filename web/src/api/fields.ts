import { ApiError } from "./errors";

export type FieldErrors<Name extends string> = Partial<Record<Name, string>>;

/**
 * What a refused request says about the fields of a form: the first fault of each of `names`, by name, and `rest` for what no field can show
 * (a sentence, or null). Paths are matched by their beginning: `buttons.0.title` belongs to `buttons`.
 */
export function splitFaults<Name extends string>(error: unknown, names: readonly Name[]): { fields: FieldErrors<Name>; rest: string | null } {
  if (!(error instanceof ApiError)) return { fields: {}, rest: error instanceof Error ? error.message : String(error) };
  const fields: FieldErrors<Name> = {};
  let rest: string | null = error.fields.length ? null : error.message;
  for (const fault of error.fields) {
    const name = names.find((candidate) => fault.field === candidate || fault.field.startsWith(`${candidate}.`));
    if (name) fields[name] ??= fault.message;
    else rest ??= fault.message;
  }
  return { fields, rest };
}
