import type { FlowNodeType, SprintTrace } from "@/api/models";
import type { Language } from "@/i18n";

/** A trace as it is read out: pure, from what the API tells and the node types alone. */
export type Value = SprintTrace["variables"][number]["after"];
export type TracedValue = SprintTrace["values"][number];
export type TracedError = SprintTrace["errors"][number];
export type Variable = SprintTrace["variables"][number];

export type TraceStep = {
  key: string;
  nodeId: string;
  name: string;
  /** What kind of step it is; null where its version is not there any more. */
  typeName: string | null;
  group: FlowNodeType["group"] | null;
  icon: string | undefined;
  exit: string | null;
  /** It began before, and went on here. */
  goesOn: boolean;
  /** The flow that it stands in, where the path comes into another one. */
  enters: string | null;
  flow: FlowOfStep | null;
  values: TracedValue[];
  errors: TracedError[];
  messageIds: string[];
};
export type FlowOfStep = { botId: string; version: number | null; name: string };

/** The steps of a sprint in their order, with what each computed, said and reported. */
export function readSteps(sprint: SprintTrace, types: readonly FlowNodeType[], language: Language): TraceStep[] {
  const byType = new Map(types.map((type) => [type.type, type]));
  const flows = new Map(sprint.flows.map((flow) => [flow.version_id, flow]));
  const [values, errors, said] = [sprint.values, sprint.errors, sprint.said].map((list) => [...(list as { node_id: string | null }[])]) as [TracedValue[], TracedError[], SprintTrace["said"]];
  let last: string | null = null;
  const steps = sprint.path.map((step, index): TraceStep => {
    const versionId = step.version_id ?? sprint.version_id;
    const flow = flows.get(versionId);
    const node = flow?.nodes[step.node_id];
    const type = node && byType.get(node.type);
    const enters = last !== versionId && (last !== null || versionId !== sprint.version_id) ? (flow?.bot_name ?? null) : null;
    last = versionId;
    return {
      key: `${index}`,
      nodeId: step.node_id,
      name: node?.name || type?.label[language] || node?.type || step.node_id,
      typeName: node ? (type?.label[language] ?? node.type) : null,
      group: type?.group ?? null,
      icon: type?.icon,
      exit: step.exit,
      goesOn: !step.is_arrival,
      enters,
      flow: flow ? { botId: flow.bot_id, version: flow.version, name: flow.bot_name } : null,
      values: takeOwn(values, step.node_id),
      errors: takeOwn(errors, step.node_id),
      messageIds: takeOwn(said, step.node_id).flatMap((each) => each.message_ids),
    };
  });
  // What stands in no order with the path, because a part of it was left out, belongs to the node's last visit.
  for (const value of values) steps.findLast((step) => step.nodeId === value.node_id)?.values.push(value);
  for (const error of errors) steps.findLast((step) => step.nodeId === error.node_id)?.errors.push(error);
  for (const each of said) steps.findLast((step) => step.nodeId === each.node_id)?.messageIds.push(...each.message_ids);
  return steps;
}

/** Takes what stands first in the list, as long as it is of this node: a node that is visited twice has its own each time. */
function takeOwn<Part extends { node_id: string }>(list: Part[], nodeId: string): Part[] {
  const count = list.findIndex((part) => part.node_id !== nodeId);
  return list.splice(0, count < 0 ? list.length : count);
}

/** What was set to something else than before, then what was set to the same. */
export function splitVariables(variables: readonly Variable[]): { changed: Variable[]; same: Variable[] } {
  const isChanged = ({ before, after }: Variable) => JSON.stringify(before) !== JSON.stringify(after) || isHidden(after);
  return { changed: variables.filter(isChanged), same: variables.filter((each) => !isChanged(each)) };
}

/** Whether a value is a secret that the server took out. */
export const isHidden = (value: unknown): boolean => value === "[redacted]";

/** The step of a sprint that said a message; without one, where it stopped. */
export function stepOf(steps: readonly TraceStep[], messageId: string | undefined): TraceStep | null {
  return steps.find((step) => messageId !== undefined && step.messageIds.includes(messageId)) ?? steps.at(-1) ?? null;
}

const MOST_IN_ADDRESS = 80;

/** Where a step is on the canvas, and the way through its version that shall be lit there. */
export function placeOf(step: TraceStep, steps: readonly TraceStep[]): { botId: string; search: { version: number; node: string; path: string } } | null {
  if (!step.flow) return null;
  const { botId, version } = step.flow;
  if (version === null) return null;
  const way = steps.filter((each) => each.flow?.botId === botId && each.flow.version === version).map((each) => each.nodeId);
  return { botId, search: { version, node: step.nodeId, path: way.slice(0, MOST_IN_ADDRESS).join(",") } };
}

const UNITS = [
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
  ["second", 1],
] as const;

/** A time in its largest unit that is whole enough: 600 is ten minutes, 5400 an hour and a half. */
export function inUnits(seconds: number): { value: number; unit: "day" | "hour" | "minute" | "second" | "millisecond" } {
  if (seconds < 1) return { value: Math.round(seconds * 1000), unit: "millisecond" };
  const [unit, size] = UNITS.find(([, length]) => seconds >= length) ?? ["second", 1];
  return { value: Math.round((seconds / size) * 10) / 10, unit };
}
