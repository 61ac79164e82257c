import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Badge, Button, Dialog, ErrorState, SkeletonRows } from "@/components";
import { useErrorWords } from "@/i18n/useErrorWords";
import { TestDifferences } from "../TestDifferences";
import { testsQuery, useAcceptTest, useDeleteTest, useRunTests } from "./queries";

type TestsProps = { isOpen: boolean; onClose: () => void; botId: string; /** What has to be done before they are played, such as saving. */ onBefore?: () => Promise<void> };

/** A bot's tests: played on the draft, with what differs side by side; each is accepted, or deleted. */
export function TestsDialog({ isOpen, onClose, botId, onBefore }: TestsProps) {
  const { t } = useTranslation(["bots", "common"]);
  return (
    <Dialog isOpen={isOpen} onOpenChange={onClose} title={t("bots:tests.title")} text={t("bots:tests.text")} size="lg" actions={<Button onClick={onClose}>{t("common:close")}</Button>}>
      {isOpen && <List botId={botId} {...(onBefore && { onBefore })} />}
    </Dialog>
  );
}

function List({ botId, onBefore }: Pick<TestsProps, "botId" | "onBefore">) {
  const { t } = useTranslation(["bots", "common"]);
  const { reasonOf } = useErrorWords();
  const tests = useQuery(testsQuery(botId));
  const [run, accept, remove] = [useRunTests(botId), useAcceptTest(botId), useDeleteTest(botId)];
  const [doomed, setDoomed] = useState<string>();
  const play = () => void (onBefore?.() ?? Promise.resolve()).then(() => run.mutate(null), () => undefined);
  const runOf = (id: string) => run.data?.data.find((each) => each.id === id);
  const failure = run.error ?? accept.error ?? remove.error;
  if (tests.isPending) return <SkeletonRows />;
  if (tests.isError) return <ErrorState title={t("bots:failed.title")} text={t("bots:failed.text")} error={tests.error} action={{ label: t("bots:again"), onPress: () => void tests.refetch() }} />;
  if (tests.data.length === 0) return <p className="mt-3 text-13 text-ink-2">{t("bots:tests.none")}</p>;
  return (
    <div className="mt-3 grid gap-3">
      <ul className="max-h-72 divide-y divide-line overflow-y-auto border-y border-line text-13">
        {tests.data.map((test) => {
          const played = runOf(test.id);
          return (
            <li key={test.id} className="flex flex-wrap items-center gap-2 py-2">
              <bdi className="min-w-0 grow font-medium max-pane:basis-full">{test.name}</bdi>
              <span className="text-12 text-ink-3 max-pane:grow">{t("bots:tests.steps", { count: test.script.steps.length })}</span>
              {played && <Badge tone={played.has_passed ? "success" : "danger"}>{t(played.has_passed ? "bots:tests.passed" : "bots:tests.failed")}</Badge>}
              {played && !played.has_passed && (
                <Button size="sm" isBusy={accept.isPending && accept.variables === test.id} onClick={() => accept.mutate(test.id, { onSuccess: play })}>
                  {t("bots:tests.accept")}
                </Button>
              )}
              <Button
                size="sm"
                variant={doomed === test.id ? "danger" : "ghost"}
                isBusy={remove.isPending && remove.variables === test.id}
                onBlur={() => setDoomed(undefined)}
                onClick={() => (doomed === test.id ? remove.mutate(test.id) : setDoomed(test.id))}
              >
                {t(doomed === test.id ? "bots:tests.reallyDelete" : "bots:tests.delete")}
              </Button>
            </li>
          );
        })}
      </ul>
      {failure && (
        <p role="alert" className="text-13 text-danger">
          {reasonOf(failure)}
        </p>
      )}
      {run.data && (run.data.failed > 0 ? <TestDifferences report={run.data} /> : <p role="status" className="text-13 text-success">{t("bots:tests.allPassed", { count: run.data.passed })}</p>)}
      <Button variant="primary" isBusy={run.isPending} onClick={play} className="justify-self-end">
        {t("bots:tests.run")}
      </Button>
    </div>
  );
}
