import { HookPanel } from "../../outside/HookPanel";
import type { Step } from "../model/doc";
import { configOf } from "../model/doc";
import { useEditorState } from "../model/useEditor";

/** What a way into the flow has beside its form: the address at which another system starts it. */
export function TriggerPanel({ step }: { step: Step }) {
  const botId = useEditorState((state) => state.doc.bot_id);
  const startsOn = configOf(step)["trigger_type"];
  if (!botId) return null;
  if (startsOn === "webhook") return <HookPanel botId={botId} nodeId={step.id} />;
  return null;
}
