import type { FlowNodeType } from "@/api/models";
import type { Config } from "../editor/model/doc";
import { type FormField, readFields } from "../editor/model/schema";

const forms = new WeakMap<FlowNodeType, FormField[]>();

/** The form of a type of step, read once. */
export function formOf(type: FlowNodeType): FormField[] {
  const fields = forms.get(type) ?? readFields((type.schema ?? {}) as Config);
  forms.set(type, fields);
  return fields;
}
