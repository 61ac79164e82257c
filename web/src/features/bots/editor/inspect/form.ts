import { createContext, use } from "react";
import type { Fault } from "@/api/models";
import type { Config, Json } from "../model/doc";
import type { Kind } from "../model/schema";

/** One step's form: what a field at a dotted path holds, and how it is changed. */
export type StepForm = {
  id: string;
  config: Config;
  example: Config;
  languages: readonly string[];
  defaultLanguage: string;
  faults: readonly Fault[];
  limits: { [field: string]: number };
  /** What is said where a text is empty: by field and language. */
  defaults: { [field: string]: { [language: string]: string } };
  known: readonly string[];
  set: (path: string, value: Json | undefined) => void;
};

export const StepFormContext = createContext<StepForm | null>(null);

export function useStepForm(): StepForm {
  const form = use(StepFormContext);
  if (!form) throw new Error("useStepForm needs a step's form around it");
  return form;
}

const WITH_OWN_PLACES = new Set(["group", "list", "localized", "texts", "expression"]);

/** All that is wrong with a field: also with what lies in it, where the field has no place of its own for that. */
export function faultsAt(faults: readonly Fault[], path: string, kind: Kind): Fault[] {
  if (kind === "localized" || kind === "expression") return []; // each language, and what one writes, says it itself
  return faults.filter((fault) => fault.field === path || (!WITH_OWN_PLACES.has(kind) && fault.field?.startsWith(`${path}.`)));
}

export const faultAt = (faults: readonly Fault[], path: string): Fault | undefined => faults.find((fault) => fault.field === path);
