import { newKey } from "@/api/key";
import type { Blueprint, FlowNodeType } from "@/api/models";

/** The draft as it is edited: a blueprint that is never changed in place. */
export type Doc = Blueprint;
export type Step = Doc["nodes"][number];
export type Link = Doc["edges"][number];
export type Note = Doc["comments"][number];
export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };
export type Config = { [key: string]: Json };
export type Place = { x: number; y: number };
export type TypeMap = ReadonlyMap<string, FlowNodeType>;

/** The exit of a node that has only one. */
export const NEXT = "next";

export const exitOf = (link: Link): string => link.sourceHandle ?? NEXT;
export const configOf = (step: Step): Config => (step.config ?? {}) as Config;

/** An id that nobody else makes at the same time: two people may add steps to one draft. */
export function newId(prefix: string): string {
  return `${prefix.replaceAll(/[^A-Za-z0-9]/gu, "") || "n"}-${newKey().slice(0, 8)}`;
}

/** Whether two pieces of JSON say the same. */
export function isSame(one: unknown, other: unknown): boolean {
  if (one === other) return true;
  if (typeof one !== "object" || typeof other !== "object" || one === null || other === null) return false;
  if (Array.isArray(one) !== Array.isArray(other)) return false;
  const [first, second] = [one as Record<string, unknown>, other as Record<string, unknown>];
  const keys = Object.keys(first);
  return keys.length === Object.keys(second).length && keys.every((key) => key in second && isSame(first[key], second[key]));
}
