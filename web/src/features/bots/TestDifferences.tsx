import { useTranslation } from "react-i18next";
import { ApiError } from "@/api";
import type { components } from "@/api/schema.gen";

type Report = components["schemas"]["BotTestReport"];
type Said = components["schemas"]["ExpectedMessage"];

/** Tests that fail on the draft: at each step that differs, what was expected beside what the bot says now. */
export function TestDifferences({ report }: { report: Report }) {
  const { t } = useTranslation("bots");
  const failed = report.data.filter((run) => !run.has_passed);
  return (
    <div className="mt-3 grid max-h-80 gap-3 overflow-auto text-13">
      <p role="alert" className="font-medium text-danger">
        {t("testsDiffer", { count: failed.length })}
      </p>
      {failed.map((run) => (
        <section key={run.id} className="grid gap-2">
          <h3 className="font-medium">
            <bdi>{run.name}</bdi>
          </h3>
          {run.steps.map((step, place) =>
            step.is_same ? null : (
              <div key={place} className="grid gap-1">
                <p className="text-ink-2">{t("testsStep", { number: place + 1 })}</p>
                {step.trouble && <p dir="auto">{step.trouble}</p>}
                <div className="grid gap-2 pane:grid-cols-2">
                  <Bubbles title={t("testsExpected")} said={step.expected} nothing={t("testsNothing")} />
                  <Bubbles title={t("testsSaid")} said={step.got} nothing={t("testsNothing")} />
                </div>
              </div>
            ),
          )}
        </section>
      ))}
    </div>
  );
}

function Bubbles({ title, said, nothing }: { title: string; said: Said[]; nothing: string }) {
  return (
    <div className="rounded-lg border border-line p-2">
      <p className="text-13 text-ink-2">{title}</p>
      {said.length === 0 && <p className="text-ink-2">{nothing}</p>}
      {said.map((each, place) => (
        <p key={place} dir="auto" className="whitespace-pre-wrap break-words">
          {textOf(each)}
        </p>
      ))}
    </div>
  );
}

/** What a message says in one text: its words, else what kind it is. */
function textOf(said: Said): string {
  const { body, caption, name } = said.content as Record<string, unknown>;
  return [body, caption, name].find((text): text is string => typeof text === "string" && text !== "") ?? said.type;
}

/** The report in a refusal, where the tests were why nothing was published. */
export function reportOf(error: unknown): Report | undefined {
  if (!(error instanceof ApiError) || error.code !== "tests_differ") return undefined;
  return (error.details as { report?: Report }).report;
}
