import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { Button, buttonClass, Dialog } from "@/components";
import { transitionQuery } from "./queries";

const OUTCOMES = ["moved", "restarted", "stayed", "missed"] as const;

/** How far the people are whom a publishing took along. Closing it stops nothing. */
export function TransitionProgress({ botId, onClose }: { botId: string; onClose: () => void }) {
  const { t } = useTranslation("people");
  const { data } = useQuery(transitionQuery(botId));
  const done = data ? OUTCOMES.reduce((sum, outcome) => sum + data[outcome], 0) : 0;
  const total = data?.total ?? 0;
  return (
    <Dialog
      isOpen
      onOpenChange={onClose}
      title={t("progress.title", { number: data?.version ?? "" })}
      text={data?.is_done ? t("progress.done") : t("progress.text", { done, count: total })}
      actions={
        <>
          <Link to="/flows/$botId/people" params={{ botId }} className={buttonClass({})}>
            {t("progress.see")}
          </Link>
          <Button variant="primary" onClick={onClose}>
            {t("progress.close")}
          </Button>
        </>
      }
    >
      <progress aria-label={t("progress.title", { number: data?.version ?? "" })} className="mt-3 h-2 w-full accent-(--accent)" max={Math.max(total, 1)} value={data?.is_done ? Math.max(total, 1) : done} />
      <ul role="status" className="mt-2 grid gap-0.5 text-13 text-ink-2">
        {OUTCOMES.map((outcome) => (data?.[outcome] ? <li key={outcome}>{t(`progress.${outcome}`, { count: data[outcome] })}</li> : null))}
      </ul>
    </Dialog>
  );
}
