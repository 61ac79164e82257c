import { Link } from "@tanstack/react-router";
import { Workflow } from "lucide-react";
import { useTranslation } from "react-i18next";
import { buttonClass, cx } from "@/components";
import { useMay } from "@/features/workspace/useMay";
import { placeOf, type TraceStep } from "./trace";

/** The way to a step in the version of the flow that was run, with the path lit; for who may see flows. */
export function CanvasLink({ step, steps }: { step: TraceStep; steps: readonly TraceStep[] }) {
  const { t } = useTranslation("insight");
  const mayRead = useMay("bots:read");
  const place = placeOf(step, steps);
  if (!mayRead || !place) return null;
  return (
    <Link to="/flows/$botId" params={{ botId: place.botId }} search={place.search} className={cx(buttonClass({ size: "sm" }), "mt-1 justify-self-start")}>
      <Workflow aria-hidden="true" strokeWidth={1.75} className="size-3.5" />
      {t("showOnCanvas")}
    </Link>
  );
}
