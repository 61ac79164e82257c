import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";

export type Step = { bot_id: string; bot_name: string; node_id: string; node_name: string | null; version: "draft" | "published" | "older" };

/** A step of a bot that uses something, by its name; it opens the step. */
export function StepLink({ step }: { step: Step }) {
  const { t } = useTranslation("outside");
  return (
    <Link
      to="/flows/$botId"
      params={{ botId: step.bot_id }}
      search={{ node: step.node_id, ...(step.version === "published" && { version: "published" }) }}
      className="inline-flex max-w-full items-center gap-1 rounded-sm bg-sunken px-1.5 py-0.5 text-12 text-ink-2 hover:bg-hover pointer-coarse:min-h-11"
    >
      <bdi className="cut">{step.bot_name}</bdi>
      <span aria-hidden="true">·</span>
      <bdi className="cut">{step.node_name || step.node_id}</bdi>
      {step.version !== "draft" && <span className="text-ink-3">({t(`credentials.versions.${step.version}`)})</span>}
    </Link>
  );
}
