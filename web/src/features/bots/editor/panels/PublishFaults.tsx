import type { Fault } from "@/api/models";
import { useDraftNames } from "../../words/useFlowNames";
import { useFaultWords } from "../../words/useFaultWords";

/** What stands in the way of publishing: each fault at its step and field, by their names, with the way there. */
export function PublishFaults({ faults, onShow }: { faults: readonly Fault[]; onShow: (fault: Fault) => void }) {
  const names = useDraftNames();
  const words = useFaultWords(names);
  return (
    <ul className="grid gap-1">
      {faults.map((fault) => {
        const place = [fault.node_id && names.step(fault.node_id), fault.node_id && fault.field && names.field(fault.node_id, fault.field)].filter(Boolean);
        return (
          <li key={`${fault.node_id}${fault.field}${fault.code}`}>
            <button type="button" className="text-start underline pointer-coarse:min-h-11" onClick={() => onShow(fault)}>
              {place.length > 0 && <bdi className="font-medium">{`${place.join(" › ")}: `}</bdi>}
              {words(fault)}
            </button>
          </li>
        );
      })}
    </ul>
  );
}
