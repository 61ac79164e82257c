import { Check } from "lucide-react";
import { useTranslation } from "react-i18next";
import { cx } from "@/components/cx";

export const STEPS = ["provider", "details", "webhook"] as const;
export type Step = (typeof STEPS)[number];

/** Where somebody stands on the way to a connected number. */
export function ConnectSteps({ step }: { step: Step }) {
  const { t } = useTranslation("channels");
  const now = STEPS.indexOf(step);
  return (
    <ol aria-label={t("steps.label")} className="mt-5 mb-6 flex flex-wrap gap-x-5 gap-y-2 border-b border-line pb-3 text-13">
      {STEPS.map((each, n) => (
        <li key={each} aria-current={n === now ? "step" : undefined} className={cx("flex items-center gap-2", n === now ? "font-medium text-ink" : "text-ink-3")}>
          <span className={cx("num grid size-5 place-items-center rounded-full border text-11", n === now ? "border-transparent bg-primary text-on-primary" : "border-line-strong")}>
            {n < now ? <Check aria-hidden className="size-3" /> : n + 1}
          </span>
          {t(`steps.${each}`)}
        </li>
      ))}
    </ol>
  );
}
