import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { ApiError } from "@/api";
import type { Bot, Fault, PeopleChoice } from "@/api/models";
import { Button, cx, Dialog, Field, Textarea, useToast } from "@/components";
import { useErrorWords } from "@/i18n/useErrorWords";
import { PublishFaults } from "./editor/panels/PublishFaults";
import { PeopleChoiceField } from "./people/PeopleChoiceField";
import { FINISH, waitingQuery } from "./people/queries";
import { TransitionProgress } from "./people/TransitionProgress";
import { botsQuery, flowQuery, usePublish } from "./queries";
import { reportOf, TestDifferences } from "./TestDifferences";

type PublishProps = {
  bot: Bot;
  onFault: (node: string | null, field: string | null) => void;
  /** Saves first: which revision of the draft it is then. Throws where that cannot be done now. */
  onBefore?: () => Promise<number>;
};

/** Publishing asks first, also what becomes of the people in older versions, and lists what the linter says: errors keep it shut, warnings do not. */
export function PublishButton({ bot, onFault, onBefore }: PublishProps) {
  const { t } = useTranslation("bots");
  const { reasonOf } = useErrorWords();
  const toast = useToast();
  const publish = usePublish();
  const [isOpen, setOpen] = useState(false);
  const [note, setNote] = useState("");
  const [choice, setChoice] = useState<PeopleChoice>(FINISH);
  const [isMoving, setMoving] = useState(false);
  const [base, setBase] = useState<number | null>(null);
  const [unsaved, setUnsaved] = useState<unknown>(null);
  const people = useQuery({ ...waitingQuery(bot.id), enabled: isOpen && bot.published !== null });
  const queryClient = useQueryClient();
  const next = (bot.published?.number ?? 0) + 1;
  // A colleague may have published meanwhile: then the server says so.
  const same = sameAs(publish.error) ?? (bot.published && !bot.has_unpublished_changes ? bot.published.number : null);
  const refused = faultsOf(publish.error);
  const draft = useQuery({ ...flowQuery(bot.id, "draft"), enabled: false });
  const faults = refused.length ? refused : (draft.data?.faults ?? []);
  const isShut = faults.some((fault) => fault.severity === "error");
  const list = useRef<HTMLDivElement>(null);
  const report = reportOf(publish.error);
  const close = () => {
    setOpen(false);
    publish.reset();
  };
  /** What was saved last, what is wrong with it, and what others published, is asked for before anything is offered. */
  const open = async () => {
    try {
      setBase((await onBefore?.()) ?? null);
    } catch (error) {
      // Of a colleague's work that clashes with one's own the editor asks by itself.
      return isChanged(error) ? undefined : setUnsaved(error);
    }
    await Promise.allSettled([queryClient.fetchQuery({ ...botsQuery, staleTime: 0 }), queryClient.fetchQuery({ ...flowQuery(bot.id, "draft"), staleTime: 0 })]);
    setOpen(true);
  };
  return (
    <>
      <Button variant="accent" onClick={() => void open()}>
        {t("publish")}
      </Button>
      <Dialog isOpen={unsaved !== null} onOpenChange={() => setUnsaved(null)} title={t("publishUnsaved")} text={unsaved === null ? undefined : reasonOf(unsaved)} actions={<Button onClick={() => setUnsaved(null)}>{t("close")}</Button>} />
      <Dialog
        isOpen={isOpen && same !== null}
        onOpenChange={close}
        title={t("publishNothing", { number: same ?? 0 })}
        text={t("publishNothingText", { number: same ?? 0 })}
        actions={<Button onClick={close}>{t("close")}</Button>}
      />
      <Dialog
        isOpen={isOpen && same === null}
        onOpenChange={close}
        title={t("publishTitle", { number: next })}
        size={people.data?.waiting ? "lg" : "md"}
        text={t("publishText")}
        actions={
          <>
            <Button onClick={close}>{t("notYet")}</Button>
            <Button
              variant="accent"
              isBusy={publish.isPending}
              aria-disabled={isShut}
              className={cx(isShut && "opacity-40")}
              onClick={() => {
                if (isShut) return list.current?.querySelector("button")?.focus();
                publish.mutate({ id: bot.id, note, accepts: report !== undefined, people: choice, base }, {
                  onSuccess: (published) => {
                    close();
                    setNote("");
                    setChoice(FINISH);
                    setMoving(Boolean(published.transition));
                    toast({ text: t("publishDone", { number: published.version.number }) });
                  },
                });
              }}
            >
              {t(report ? "publishAccept" : "publish")}
            </Button>
          </>
        }
      >
        <Field label={t("publishNote")} help={t("publishNoteHelp")} className="mt-3">
          <Textarea rows={2} maxLength={500} value={note} onChange={(event) => setNote(event.target.value)} />
        </Field>
        {people.data && people.data.waiting > 0 && <PeopleChoiceField bot={bot.id} people={people.data} value={choice} onChange={setChoice} />}
        {report && <TestDifferences report={report} />}
        {publish.isError && !report && (
          <p role="alert" className="mt-3 text-13 text-danger">
            {refused.length ? t("publishFaults", { count: refused.filter((fault) => fault.severity === "error").length }) : isChanged(publish.error) ? t("publishChanged") : reasonOf(publish.error)}
          </p>
        )}
        {faults.length > 0 && (
          <div ref={list}>
            <PublishFaults
              faults={faults}
              onShow={(fault) => {
                close();
                onFault(fault.node_id, fault.field);
              }}
            />
          </div>
        )}
      </Dialog>
      {isMoving && <TransitionProgress botId={bot.id} onClose={() => setMoving(false)} />}
    </>
  );
}

const isChanged = (error: unknown) => error instanceof ApiError && error.code === "draft_changed";

/** The number of the version that says the same, where the server refused for that. */
function sameAs(error: unknown): number | null {
  if (!(error instanceof ApiError) || error.code !== "nothing_changed") return null;
  const { version } = error.details as { version?: unknown };
  return typeof version === "number" ? version : 0;
}

/** What the linter says in a refusal. */
function faultsOf(error: unknown): Fault[] {
  if (!(error instanceof ApiError)) return [];
  const faults = (error.details as { faults?: unknown }).faults;
  return Array.isArray(faults) ? (faults as Fault[]) : [];
}
