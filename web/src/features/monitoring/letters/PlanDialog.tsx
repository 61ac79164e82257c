import { useQuery } from "@tanstack/react-query";
import { Plus, X } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { LetterSettings } from "@/api/models";
import { Button, Dialog, ErrorState, Field, IconButton, NumberInput, Select, SkeletonRows, useToast } from "@/components";
import { useErrorWords } from "@/i18n/useErrorWords";
import { planQuery, useSavePlan } from "../queries";
import { splitSeconds, UNITS, type Unit } from "./plan";

const MOST_STEPS = 12;
type PlanDialogProps = { isOpen: boolean; onOpenChange: (isOpen: boolean) => void; canChange: boolean };

/** When what failed is tried again by itself. */
export function PlanDialog({ isOpen, onOpenChange, canChange }: PlanDialogProps) {
  const { t } = useTranslation("monitoring");
  const plan = useQuery({ ...planQuery, enabled: isOpen });
  return (
    <Dialog isOpen={isOpen} onOpenChange={onOpenChange} title={t("letters.plan.title")} text={t("letters.plan.text")}>
      {plan.isPending && <SkeletonRows rows={3} />}
      {plan.isError && (
        <ErrorState title={t("letters.plan.failed")} text={t("failedText")} error={plan.error} action={{ label: t("again"), onPress: () => void plan.refetch() }} />
      )}
      {plan.data && <PlanForm key={JSON.stringify(plan.data)} plan={plan.data} canChange={canChange} onDone={() => onOpenChange(false)} />}
    </Dialog>
  );
}

function PlanForm({ plan, canChange, onDone }: { plan: LetterSettings; canChange: boolean; onDone: () => void }) {
  const { t } = useTranslation(["monitoring", "common"]);
  const { splitOf } = useErrorWords();
  const toast = useToast();
  const save = useSavePlan();
  const [steps, setSteps] = useState(() => plan.steps_seconds.map(splitSeconds));
  const [tries, setTries] = useState<number | null>(plan.max_tries);
  const change = (place: number, changed: Partial<{ value: number; unit: Unit }>) =>
    setSteps((before) => before.map((step, index) => (index === place ? { ...step, ...changed } : step)));
  const errors = save.error ? splitOf(save.error, ["steps_seconds", "max_tries"] as const) : null;
  const submit = () =>
    save.mutate(
      { steps_seconds: steps.map(({ value, unit }) => Math.round(value * UNITS[unit])), max_tries: tries ?? plan.max_tries },
      {
        onSuccess: () => {
          toast({ text: t("letters.plan.saved") });
          onDone();
        },
      },
    );
  const unitsOf = (count: number) => (Object.keys(UNITS) as Unit[]).map((unit) => ({ value: unit, label: t(`letters.plan.unit.${unit}`, { count }) }));
  return (
    <form
      className="mt-3 grid gap-3"
      onSubmit={(event) => {
        event.preventDefault();
        if (canChange) submit();
      }}
    >
      <ol className="grid gap-2">
        {steps.map((step, place) => (
          <li key={place} className="flex items-center gap-2">
            <span className="w-14 flex-none text-13 text-ink-3">{t("letters.plan.step", { place: place + 1 })}</span>
            <NumberInput
              min={0}
              required
              readOnly={!canChange}
              aria-label={t("letters.plan.wait", { place: place + 1 })}
              value={step.value}
              onChange={(value) => value !== null && change(place, { value })}
            />
            <Select label={t("letters.plan.unitOf", { place: place + 1 })} value={step.unit} options={unitsOf(step.value)} onChange={(unit) => change(place, { unit: unit as Unit })} />
            {canChange && steps.length > 1 && (
              <IconButton icon={X} label={t("letters.plan.remove", { place: place + 1 })} onClick={() => setSteps((before) => before.filter((_, index) => index !== place))} />
            )}
          </li>
        ))}
      </ol>
      {errors?.fields.steps_seconds && (
        <p role="alert" className="text-12 text-danger">
          {errors.fields.steps_seconds}
        </p>
      )}
      {canChange && steps.length < MOST_STEPS && (
        <Button variant="ghost" size="sm" icon={Plus} className="justify-self-start" onClick={() => setSteps((before) => [...before, before.at(-1) ?? { value: 1, unit: "days" }])}>
          {t("letters.plan.add")}
        </Button>
      )}
      <Field label={t("letters.plan.tries")} help={t("letters.plan.triesHelp")} error={errors?.fields.max_tries}>
        <NumberInput isWhole min={0} max={20} required readOnly={!canChange} value={tries} onChange={setTries} />
      </Field>
      {errors?.rest && (
        <p role="alert" className="text-13 text-danger">
          {errors.rest}
        </p>
      )}
      {canChange ? (
        <div className="flex justify-end gap-2">
          <Button onClick={onDone}>{t("common:cancel")}</Button>
          <Button variant="primary" type="submit" isBusy={save.isPending}>
            {t("letters.plan.save")}
          </Button>
        </div>
      ) : (
        <p className="text-12 text-ink-3">{t("letters.plan.readOnly")}</p>
      )}
    </form>
  );
}
