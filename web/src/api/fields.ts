import { ApiError, type FieldFault } from "./errors";

export type FieldErrors<Name extends string> = Partial<Record<Name, string>>;

/** How faults are said; by default in the server's own words. */
export type FaultWords = { whole: (error: ApiError) => string; field: (fault: FieldFault) => string };
const OWN_WORDS: FaultWords = { whole: (error) => error.message, field: (fault) => fault.message };

/**
 * What a refused request says about the fields of a form: the first fault of each of `names`, by name, and `rest` for what no field can show
 * (a sentence, or null). Paths are matched by their beginning: `buttons.0.title` belongs to `buttons`.
 */
export function splitFaults<Name extends string>(error: unknown, names: readonly Name[], words = OWN_WORDS): { fields: FieldErrors<Name>; rest: string | null } {
  if (!(error instanceof ApiError)) return { fields: {}, rest: error instanceof Error ? error.message : String(error) };
  const fields: FieldErrors<Name> = {};
  let rest: string | null = error.fields.length ? null : words.whole(error);
  for (const fault of error.fields) {
    const name = names.find((candidate) => fault.field === candidate || fault.field.startsWith(`${candidate}.`));
    if (name) fields[name] ??= words.field(fault);
    else rest ??= words.field(fault);
  }
  return { fields, rest };
}
