import { useTranslation } from "react-i18next";
import type { Blueprint, FlowNodeType } from "@/api/models";
import { Badge, type BadgeTone } from "@/components";
import { exitOf } from "../editor/model/doc";
import type { FlowNames } from "../words/flowNames";
import { useFlowNames } from "../words/useFlowNames";
import { useValueWords } from "../words/useValueWords";
import type { Comparison, FieldChange, LinkChange, Mark, StepChange } from "./compare";

export const MARK_TONES: Record<Mark, BadgeTone> = { added: "success", removed: "danger", changed: "warning" };

type ListProps = { found: Comparison; before: Blueprint; after: Blueprint; types: readonly FlowNodeType[] };

/** Everything that changed, old beside new: steps, connections, what holds for the whole flow. */
export function ChangeList({ found, before, after, types }: ListProps) {
  const { t } = useTranslation("compare");
  const names = useFlowNames(types, after, before);
  return (
    <div className="mx-auto grid w-full max-w-[960px] gap-4 p-4 pane:p-6">
      {found.whole.length > 0 && (
        <Card title={t("whole")}>
          <ChangedFields fields={found.whole} names={names} type={undefined} />
        </Card>
      )}
      {found.steps.map((change) => (
        <StepCard key={change.id} change={change} names={names} />
      ))}
      {found.links.length > 0 && (
        <Card title={t("links")}>
          <ul className="grid gap-2 text-13">
            {found.links.map((change) => (
              <li key={change.id}>
                <LinkLine change={change} names={names} />
              </li>
            ))}
          </ul>
        </Card>
      )}
    </div>
  );
}

function StepCard({ change, names }: { change: StepChange; names: FlowNames }) {
  const { t } = useTranslation("compare");
  const type = (change.after ?? change.before)?.type;
  const [name, kind] = [names.step(change.id), type ? names.kind(type) : ""];
  return (
    <Card title={name} aside={<Badge tone={MARK_TONES[change.mark]}>{t(`mark.${change.mark}`)}</Badge>} note={kind === name ? "" : kind}>
      <ChangedFields fields={change.fields.filter((field) => change.mark === "changed" || (field.path !== "type" && field.path !== "name"))} names={names} type={type} was={change.before?.type} stepId={change.id} />
    </Card>
  );
}

function LinkLine({ change, names }: { change: LinkChange; names: FlowNames }) {
  const { t } = useTranslation("compare");
  const link = change.after ?? change.before;
  if (!link) return null;
  return (
    <>
      <Badge tone={MARK_TONES[change.mark]}>{t(`mark.${change.mark}`)}</Badge> <bdi className="font-medium">{names.step(link.source)}</bdi> <bdi className="text-ink-3">{names.exit(link.source, exitOf(link))}</bdi> <Arrow />{" "}
      {change.before && change.after && (
        <>
          <del className="text-ink-3">
            <bdi>{names.step(change.before.target)}</bdi>
          </del>{" "}
        </>
      )}
      <bdi className={change.mark === "removed" ? "line-through" : ""}>{names.step(link.target)}</bdi>
    </>
  );
}

const Arrow = () => (
  <span aria-hidden="true" className="inline-block rtl:-scale-x-100">
    {"→"}
  </span>
);

/** `was`: the kind that the step was of, where it became another. */
type FieldsProps = { fields: readonly FieldChange[]; names: FlowNames; type: string | undefined; was?: string | undefined; stepId?: string };

/** What changed, each by the name that its form gives it, in the values' own words. */
function ChangedFields({ fields, names, type, was = type, stepId }: FieldsProps) {
  const { t } = useTranslation("compare");
  const words = useValueWords(names);
  if (fields.length === 0) return null;
  return (
    <ul className="grid gap-3">
      {fields.map((field) => (
        <li key={field.path}>
          <p dir="auto" className="own-side mb-1 text-12 text-ink-3">
            {names.field(stepId ?? null, field.path, field.after === undefined ? was : type)}
          </p>
          <div className="grid gap-2 pane:grid-cols-2">
            <Value label={t("before")} isThere={field.before !== undefined} text={words(was, field.path, field.before)} className="bg-danger-soft" />
            <Value label={t("after")} isThere={field.after !== undefined} text={words(type, field.path, field.after)} className="bg-success-soft" />
          </div>
        </li>
      ))}
    </ul>
  );
}

function Value({ label, isThere, text, className }: { label: string; isThere: boolean; text: string; className: string }) {
  const { t } = useTranslation("compare");
  if (!isThere) return <p className="rounded-md border border-dashed border-line px-2.5 py-1.5 text-12 text-ink-3 max-pane:hidden">{t("absent")}</p>;
  return (
    <div className={`min-w-0 rounded-md px-2.5 py-1.5 text-13 ${className}`}>
      <span className="sr-only">{label}: </span>
      <span dir="auto" className="user-text block break-words whitespace-pre-wrap">
        {text || t("nothing")}
      </span>
    </div>
  );
}

function Card({ title, aside, note, children }: { title: string; aside?: React.ReactNode; note?: string; children: React.ReactNode }) {
  return (
    <section className="rounded-lg border border-line bg-surface p-4">
      <h2 className="flex flex-wrap items-center gap-2 text-14">
        <bdi>{title}</bdi>
        {note && <span className="text-12 font-normal text-ink-3">{note}</span>}
        {aside}
      </h2>
      {children && <div className="mt-2 empty:hidden">{children}</div>}
    </section>
  );
}
