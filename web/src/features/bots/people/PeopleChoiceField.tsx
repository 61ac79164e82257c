import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import type { PeopleChoice, PeopleWaiting } from "@/api/models";
import { useLanguage } from "@/app/preferences";
import { Badge, cx, Field, Select } from "@/components";
import { flowQuery, nodeTypesQuery } from "../queries";
import { plainOf } from "../words/summary";
import { useSummary } from "../words/useSummary";

type ChoiceProps = { bot: string; people: PeopleWaiting; value: PeopleChoice; onChange: (value: PeopleChoice) => void };

/** Who waits where in older versions, and what becomes of them. Nobody is disturbed unless it is said. */
export function PeopleChoiceField({ bot, people, value, onChange }: ChoiceProps) {
  const { t } = useTranslation("people");
  const shut = people.window_shut ?? 0;
  const choices = [
    { choice: "finish", text: t("choice.finishText") },
    { choice: "move", text: t("choice.moveText", { count: people.can_move }) },
    { choice: "restart", text: shut > 0 ? `${t("choice.restartText")} ${t("choice.shut", { count: shut })}` : t("choice.restartText") },
  ] as const;
  return (
    <fieldset className="mt-4">
      <legend className="mb-2 text-13 font-medium">{t("choice.legend", { count: people.waiting })}</legend>
      <div className="grid gap-1.5">
        {choices.map(({ choice, text }) => (
          <label key={choice} className={cx("flex cursor-pointer gap-2.5 rounded-md border px-3 py-2 pointer-coarse:min-h-11", value.choice === choice ? "border-line-strong bg-surface" : "border-line")}>
            <input type="radio" name="people" className="mt-0.5" checked={value.choice === choice} onChange={() => onChange({ ...value, choice })} />
            <span className="min-w-0 text-13">
              <span className="block font-medium">{t(`choice.${choice}`)}</span>
              <span className="block text-12 text-ink-3">{text}</span>
            </span>
          </label>
        ))}
      </div>
      {value.choice === "move" && people.cannot_move > 0 && <Lost bot={bot} people={people} value={value} onChange={onChange} />}
      {people.triggers.length > 1 && (value.choice === "restart" || (value.choice === "move" && value.lost === "restart")) && <BeginAt bot={bot} people={people} value={value} onChange={onChange} />}
      <details className="mt-2 text-12">
        <summary className="cursor-pointer py-1 text-ink-2 pointer-coarse:min-h-11">{t("choice.where")}</summary>
        <Places people={people} />
      </details>
    </fieldset>
  );
}

/** Where those begin anew who do: at the flow's own beginning, unless another trigger is chosen. */
function BeginAt({ bot, people, value, onChange }: ChoiceProps) {
  const { t } = useTranslation("people");
  const language = useLanguage();
  const kindOf = useKindOf();
  const summary = useSummary();
  const types = useQuery(nodeTypesQuery).data?.data;
  const steps = useQuery({ ...flowQuery(bot, "draft"), enabled: false }).data?.blueprint.nodes;
  const options = people.triggers.map((trigger) => {
    const name = trigger.name || (kindOf(trigger.type) ?? trigger.node_id);
    const step = steps?.find((each) => each.id === trigger.node_id);
    const says = step ? plainOf(summary(step, types?.find((each) => each.type === step.type), ""), language) : "";
    const shown = (
      <>
        <bdi>{name}</bdi> <bdi className="text-ink-3">{says}</bdi>
      </>
    );
    return { value: trigger.node_id, label: `${name} ${says}`.trim(), shown };
  });
  return (
    <Field label={t("choice.beginAt")} className="mt-2">
      <Select value={value.trigger_id ?? people.triggers[0]?.node_id ?? ""} options={options} onChange={(trigger_id) => onChange({ ...value, trigger_id })} />
    </Field>
  );
}

function useKindOf() {
  const language = useLanguage();
  const types = useQuery(nodeTypesQuery).data?.data;
  return (type: string | null) => types?.find((each) => each.type === type)?.label[language];
}

function Lost({ people, value, onChange }: ChoiceProps) {
  const { t } = useTranslation("people");
  return (
    <fieldset className="mt-2 rounded-md bg-warning-soft px-3 py-2 text-12">
      <legend className="sr-only">{t("choice.lostLabel")}</legend>
      <p className="mb-1 font-medium text-warning">{t("choice.lost", { count: people.cannot_move })}</p>
      <div className="flex flex-wrap gap-x-4">
        {(["finish", "restart"] as const).map((lost) => (
          <label key={lost} className="flex items-center gap-1.5 py-0.5 pointer-coarse:min-h-11">
            <input type="radio" name="lost" checked={value.lost === lost} onChange={() => onChange({ ...value, lost })} />
            {t(lost === "finish" ? "choice.lostFinish" : "choice.lostRestart")}
          </label>
        ))}
      </div>
    </fieldset>
  );
}

function Places({ people }: { people: PeopleWaiting }) {
  const { t } = useTranslation(["people", "bots"]);
  const kindOf = useKindOf();
  return (
    <div className="grid max-h-48 gap-2 overflow-y-auto" tabIndex={0} role="group" aria-label={t("choice.where")}>
      {people.versions.map((version) => (
        <table key={version.number} className="w-full">
          <caption className="py-1 text-start font-medium text-ink-3">{t("bots:version", { number: version.number })}</caption>
          <tbody>
            {version.places.map((place) => (
              <tr key={place.node_id} className="border-t border-line">
                <th scope="row" className="py-1 text-start font-normal">
                  <bdi>{place.name || (kindOf(place.type) ?? place.node_id)}</bdi> {place.is_gone && <Badge tone="warning">{t("choice.gone")}</Badge>}
                </th>
                <td className="num w-16 py-1 text-end">{place.waiting}</td>
              </tr>
            ))}
          </tbody>
        </table>
      ))}
    </div>
  );
}
