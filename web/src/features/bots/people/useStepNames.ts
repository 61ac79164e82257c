import { useQuery } from "@tanstack/react-query";
import { useCallback, useMemo } from "react";
import { useLanguage } from "@/app/preferences";
import { type FlowChoice, flowQuery, nodeTypesQuery } from "../queries";

/** What the steps of a version are called, by their ids: as their author called them, else what they are. */
export function useStepNames(botId: string, version: FlowChoice): (node: string | null) => string {
  const language = useLanguage();
  const flow = useQuery(flowQuery(botId, version)).data;
  const types = useQuery(nodeTypesQuery).data;
  const names = useMemo(() => {
    const labels = new Map(types?.data.map((type) => [type.type, type.label[language]]));
    return new Map(flow?.blueprint.nodes?.map((node) => [node.id, node.name || labels.get(node.type) || node.type]));
  }, [flow, types, language]);
  return useCallback((node) => (node === null ? "" : (names.get(node) ?? node)), [names]);
}

/** The steps of a version, for choosing one. */
export function useSteps(botId: string, version: FlowChoice): { value: string; label: string }[] {
  const flow = useQuery(flowQuery(botId, version)).data;
  const nameOf = useStepNames(botId, version);
  return (flow?.blueprint.nodes ?? []).map((node) => ({ value: node.id, label: nameOf(node.id) }));
}
