import type { Clip } from "./clipboard";
import type { Config, TypeMap } from "./doc";
import { readFields } from "./schema";

/** What steps take from the workspace that they come from, by name. */
export type Needs = { credentials: string[]; tables: string[] };

/** The credentials and tables that steps name. The schema says which fields those are; no type is known here. */
export function needsOf(clip: Clip, types: TypeMap): Needs {
  const named = (widget: string) => {
    const found = clip.nodes.flatMap((step) => {
      const fields = readFields((types.get(step.type)?.schema ?? {}) as Config);
      return fields.filter((field) => field.widget === widget).map((field) => step.config[field.name]);
    });
    return [...new Set(found.filter((name): name is string => typeof name === "string" && name !== ""))];
  };
  return { credentials: named("credential"), tables: named("table") };
}
