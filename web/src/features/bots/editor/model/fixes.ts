import type { Fault } from "@/api/models";
import type { Json } from "./doc";
import { declareVariable, type Edit, inOrder, removeParts, setConfig } from "./edits";

/** What the server offers to mend a fault, as one edit. Which fix a fault has is decided there alone. */
export function fixOf(fault: Fault): Edit | null {
  const changes = fault.fix ?? [];
  if (changes.length === 0) return null;
  return inOrder(
    ...changes.map((change): Edit => {
      switch (change.kind) {
        case "remove_node":
        case "remove_edge":
          return removeParts(new Set([change.id]));
        case "set_field":
          return setConfig(change.id, change.field ?? "", change.value as Json);
        case "unset_field":
          return setConfig(change.id, change.field ?? "", undefined);
        case "declare_variable":
          return declareVariable(change.id, change.value as Json);
      }
    }),
  );
}
