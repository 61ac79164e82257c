import { HookPanel } from "../../outside/HookPanel";
import { ScheduleRuns } from "../../outside/ScheduleRuns";
import type { Step } from "../model/doc";
import { configOf } from "../model/doc";
import { useEditorState } from "../model/useEditor";

/** What a way into the flow has beside its form: the address at which another system starts it, and when a schedule runs next. */
export function TriggerPanel({ step }: { step: Step }) {
  const botId = useEditorState((state) => state.doc.bot_id);
  const { trigger_type: startsOn, schedule } = configOf(step);
  if (!botId) return null;
  if (startsOn === "webhook") return <HookPanel botId={botId} nodeId={step.id} />;
  if (startsOn === "schedule") return <ScheduleRuns schedule={schedule} />;
  return null;
}
