import { CircleAlert, TriangleAlert } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { Fault } from "@/api/models";
import { Badge, cx } from "@/components";
import { PlaceName } from "../../words/PlaceName";
import { useDraftNames } from "../../words/useFlowNames";
import { useFaultWords } from "../../words/useFaultWords";

type FaultsProps = { faults: readonly Fault[]; onShow: (fault: Fault) => void };

/** What the linter says of what is about to be published: what stands in the way, then what one should think about. */
export function PublishFaults({ faults, onShow }: FaultsProps) {
  const { t } = useTranslation("editor");
  return (
    <div className="mt-3 grid gap-3 text-13">
      <Group title={t("problems.errors")} faults={faults.filter((fault) => fault.severity === "error")} onShow={onShow} />
      <Group title={t("problems.warnings")} faults={faults.filter((fault) => fault.severity === "warning")} onShow={onShow} />
    </div>
  );
}

/** Each at its step and field, by their names, with the way there. */
function Group({ title, faults, onShow }: FaultsProps & { title: string }) {
  const names = useDraftNames();
  const words = useFaultWords(names);
  if (faults.length === 0) return null;
  return (
    <section aria-label={title}>
      <h3 className="mb-1 flex items-center gap-2 text-13">
        {title}
        <Badge>{faults.length}</Badge>
      </h3>
      <ul className="grid max-h-48 gap-1 overflow-y-auto">
        {faults.map((fault) => {
          const place = names.place(fault);
          const [Icon, tone] = fault.severity === "error" ? [CircleAlert, "text-danger"] : [TriangleAlert, "text-warning"];
          return (
            <li key={`${fault.node_id}${fault.field}${fault.code}${fault.message}`}>
              <button type="button" className={cx("flex items-start gap-1.5 text-start pointer-coarse:min-h-11", tone)} onClick={() => onShow(fault)}>
                <Icon aria-hidden="true" strokeWidth={1.75} className="mt-0.5 size-3.5 flex-none" />
                <span className="underline underline-offset-2">
                  {place.length > 0 && (
                    <span className="font-medium">
                      <PlaceName parts={place} />:{" "}
                    </span>
                  )}
                  {words(fault)}
                </span>
              </button>
            </li>
          );
        })}
      </ul>
    </section>
  );
}
