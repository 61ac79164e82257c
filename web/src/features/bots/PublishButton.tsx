import { useState } from "react";
import { useTranslation } from "react-i18next";
import { ApiError } from "@/api";
import type { Bot, Fault } from "@/api/models";
import { Button, Dialog, Field, Textarea, useToast } from "@/components";
import { useErrorWords } from "@/i18n/useErrorWords";
import { usePublish } from "./queries";
import { reportOf, TestDifferences } from "./TestDifferences";

type PublishProps = {
  bot: Bot;
  onFault: (node: string | null) => void;
  /** What has to be done first, such as saving. */
  onBefore?: () => Promise<void>;
};

/** Publishing asks first, says who stays on the old version, and lists every fault that stands in the way. */
export function PublishButton({ bot, onFault, onBefore }: PublishProps) {
  const { t } = useTranslation("bots");
  const { reasonOf } = useErrorWords();
  const toast = useToast();
  const publish = usePublish();
  const [isOpen, setOpen] = useState(false);
  const [note, setNote] = useState("");
  const next = (bot.published?.number ?? 0) + 1;
  const faults = faultsOf(publish.error);
  const report = reportOf(publish.error);
  const close = () => {
    setOpen(false);
    publish.reset();
  };
  return (
    <>
      <Button variant="accent" onClick={() => void (onBefore?.() ?? Promise.resolve()).then(() => setOpen(true))}>
        {t("publish")}
      </Button>
      <Dialog
        isOpen={isOpen}
        onOpenChange={close}
        title={t("publishTitle", { number: next })}
        text={bot.published && bot.waiting > 0 ? t("publishWaiting", { count: bot.waiting, number: bot.published.number }) : t("publishText")}
        actions={
          <>
            <Button onClick={close}>{t("notYet")}</Button>
            <Button
              variant="accent"
              isBusy={publish.isPending}
              onClick={() =>
                publish.mutate({ id: bot.id, note, accepts: report !== undefined }, {
                  onSuccess: () => {
                    close();
                    setNote("");
                    toast({ text: t("publishDone", { number: next }) });
                  },
                })
              }
            >
              {t(report ? "publishAccept" : "publish")}
            </Button>
          </>
        }
      >
        <Field label={t("publishNote")} help={t("publishNoteHelp")} className="mt-3">
          <Textarea rows={2} maxLength={500} value={note} onChange={(event) => setNote(event.target.value)} />
        </Field>
        {report && <TestDifferences report={report} />}
        {publish.isError && !report && (
          <div role="alert" className="mt-3 grid gap-2 text-13 text-danger">
            <p>{faults.length ? t("publishFaults", { count: faults.length }) : reasonOf(publish.error)}</p>
            <ul className="grid gap-1">
              {faults.map((fault) => (
                <li key={`${fault.node_id}${fault.field}${fault.code}`}>
                  <button
                    type="button"
                    className="text-start underline"
                    onClick={() => {
                      close();
                      onFault(fault.node_id);
                    }}
                  >
                    {fault.node_id && <bdi className="font-medium">{fault.node_id}</bdi>} {fault.field} {fault.message}
                  </button>
                </li>
              ))}
            </ul>
          </div>
        )}
      </Dialog>
    </>
  );
}

function faultsOf(error: unknown): Fault[] {
  if (!(error instanceof ApiError)) return [];
  const faults = (error.details as { faults?: unknown }).faults;
  return Array.isArray(faults) ? (faults as Fault[]) : [];
}
