import type { Fault } from "@/api/models";
import { PlaceName } from "../../words/PlaceName";
import { useDraftNames } from "../../words/useFlowNames";
import { useFaultWords } from "../../words/useFaultWords";

/** What stands in the way of publishing: each fault at its step and field, by their names, with the way there. */
export function PublishFaults({ faults, onShow }: { faults: readonly Fault[]; onShow: (fault: Fault) => void }) {
  const names = useDraftNames();
  const words = useFaultWords(names);
  return (
    <ul className="grid gap-1">
      {faults.map((fault) => {
        const place = names.place(fault);
        return (
          <li key={`${fault.node_id}${fault.field}${fault.code}`}>
            <button type="button" className="text-start underline pointer-coarse:min-h-11" onClick={() => onShow(fault)}>
              {place.length > 0 && (
                <span className="font-medium">
                  <PlaceName parts={place} />:{" "}
                </span>
              )}
              {words(fault)}
            </button>
          </li>
        );
      })}
    </ul>
  );
}
