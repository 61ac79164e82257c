import { createContext, use } from "react";
import type { Fault } from "@/api/models";
import type { Config, Json } from "../model/doc";

/** One step's form: what a field at a dotted path holds, and how it is changed. */
export type StepForm = {
  id: string;
  config: Config;
  example: Config;
  languages: readonly string[];
  defaultLanguage: string;
  faults: readonly Fault[];
  limits: { [field: string]: number };
  known: readonly string[];
  set: (path: string, value: Json | undefined) => void;
};

export const StepFormContext = createContext<StepForm | null>(null);

export function useStepForm(): StepForm {
  const form = use(StepFormContext);
  if (!form) throw new Error("useStepForm needs a step's form around it");
  return form;
}

export const faultAt = (faults: readonly Fault[], path: string): Fault | undefined => faults.find((fault) => fault.field === path);
