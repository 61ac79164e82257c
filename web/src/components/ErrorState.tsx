import { Unplug } from "lucide-react";
import { useTranslation } from "react-i18next";
import { ApiError } from "@/api/errors";
import { useErrorWords } from "@/i18n/useErrorWords";
import { Button } from "./Button";

type ErrorStateProps = {
  /** What happened. */
  title: string;
  /** What it means for messages. */
  text: string;
  error?: unknown;
  action?: { label: string; onPress: () => void };
};

/** What happened and why, what it means, one button; code and request id in a folded line. */
export function ErrorState({ title, text, error, action }: ErrorStateProps) {
  const { t } = useTranslation();
  const { reasonOf } = useErrorWords();
  return (
    <div role="alert" className="rounded-lg border border-line bg-surface px-3.5 py-3">
      <p className="flex items-center gap-1.5 font-medium text-danger">
        <Unplug aria-hidden="true" strokeWidth={1.75} className="size-4 flex-none" />
        {title}
      </p>
      <p className="text-13 text-ink-2">
        {error instanceof ApiError && <span>{reasonOf(error)} </span>}
        {text}
      </p>
      {action && (
        <Button size="sm" className="mt-2" onClick={action.onPress}>
          {action.label}
        </Button>
      )}
      {error instanceof ApiError && (
        <details className="mt-2 text-12 text-ink-3">
          <summary className="w-fit cursor-pointer">{t("error.details")}</summary>
          <code className="ltr font-mono">
            {error.code} {error.requestId}
          </code>
        </details>
      )}
    </div>
  );
}
