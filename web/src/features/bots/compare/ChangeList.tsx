import { useTranslation } from "react-i18next";
import type { Blueprint, FlowNodeType } from "@/api/models";
import { useLanguage } from "@/app/preferences";
import { Badge, type BadgeTone } from "@/components";
import { exitOf } from "../editor/model/doc";
import type { Comparison, FieldChange, LinkChange, Mark, StepChange } from "./compare";

export const MARK_TONES: Record<Mark, BadgeTone> = { added: "success", removed: "danger", changed: "warning" };

type ListProps = { found: Comparison; before: Blueprint; after: Blueprint; types: readonly FlowNodeType[] };

/** Everything that changed, old beside new: steps, connections, what holds for the whole flow. */
export function ChangeList({ found, before, after, types }: ListProps) {
  const { t } = useTranslation("compare");
  const language = useLanguage();
  const labels = new Map(types.map((type) => [type.type, type.label[language] ?? type.type]));
  const names = new Map([...before.nodes, ...after.nodes].map((step) => [step.id, step.name || labels.get(step.type) || step.id]));
  const nameOf = (id: string) => names.get(id) ?? id;
  return (
    <div className="mx-auto grid w-full max-w-[960px] gap-4 p-4 pane:p-6">
      {found.whole.length > 0 && (
        <Card title={t("whole")}>
          <Fields fields={found.whole} />
        </Card>
      )}
      {found.steps.map((change) => (
        <StepCard key={change.id} change={change} name={nameOf(change.id)} label={labels.get((change.after ?? change.before)?.type ?? "") ?? ""} />
      ))}
      {found.links.length > 0 && (
        <Card title={t("links")}>
          <ul className="grid gap-2 text-13">
            {found.links.map((change) => (
              <li key={change.id}>
                <LinkLine change={change} nameOf={nameOf} />
              </li>
            ))}
          </ul>
        </Card>
      )}
    </div>
  );
}

function StepCard({ change, name, label }: { change: StepChange; name: string; label: string }) {
  const { t } = useTranslation("compare");
  return (
    <Card title={name} aside={<Badge tone={MARK_TONES[change.mark]}>{t(`mark.${change.mark}`)}</Badge>} note={label === name ? "" : label}>
      <Fields fields={change.fields.filter((field) => change.mark === "changed" || (field.path !== "type" && field.path !== "name"))} />
    </Card>
  );
}

function LinkLine({ change, nameOf }: { change: LinkChange; nameOf: (id: string) => string }) {
  const { t } = useTranslation("compare");
  const link = change.after ?? change.before;
  if (!link) return null;
  return (
    <>
      <Badge tone={MARK_TONES[change.mark]}>{t(`mark.${change.mark}`)}</Badge> <bdi className="font-medium">{nameOf(link.source)}</bdi> <bdi className="text-ink-3">{exitOf(link)}</bdi> <Arrow />{" "}
      {change.before && change.after && (
        <>
          <del className="text-ink-3">
            <bdi>{nameOf(change.before.target)}</bdi>
          </del>{" "}
        </>
      )}
      <bdi className={change.mark === "removed" ? "line-through" : ""}>{nameOf(link.target)}</bdi>
    </>
  );
}

const Arrow = () => (
  <span aria-hidden="true" className="inline-block rtl:-scale-x-100">
    {"→"}
  </span>
);

function Fields({ fields }: { fields: readonly FieldChange[] }) {
  const { t } = useTranslation("compare");
  if (fields.length === 0) return null;
  return (
    <ul className="grid gap-3">
      {fields.map((field) => (
        <li key={field.path}>
          <p className="ltr mb-1 font-mono text-11 text-ink-3">{field.path}</p>
          <div className="grid gap-2 pane:grid-cols-2">
            <Value label={t("before")} value={field.before} className="bg-danger-soft" />
            <Value label={t("after")} value={field.after} className="bg-success-soft" />
          </div>
        </li>
      ))}
    </ul>
  );
}

function Value({ label, value, className }: { label: string; value: unknown; className: string }) {
  const { t } = useTranslation("compare");
  if (value === undefined) return <p className="rounded-md border border-dashed border-line px-2.5 py-1.5 text-12 text-ink-3 max-pane:hidden">{t("absent")}</p>;
  return (
    <div className={`min-w-0 rounded-md px-2.5 py-1.5 text-13 ${className}`}>
      <span className="sr-only">{label}: </span>
      {typeof value === "string" ? (
        <span dir="auto" className="user-text block break-words whitespace-pre-wrap">
          {value}
        </span>
      ) : (
        <code className="ltr block font-mono text-12 break-words">{JSON.stringify(value)}</code>
      )}
    </div>
  );
}

function Card({ title, aside, note, children }: { title: string; aside?: React.ReactNode; note?: string; children: React.ReactNode }) {
  return (
    <section className="rounded-lg border border-line bg-surface p-4">
      <h2 className="mb-2 flex flex-wrap items-center gap-2 text-14">
        <bdi>{title}</bdi>
        {note && <span className="text-12 font-normal text-ink-3">{note}</span>}
        {aside}
      </h2>
      {children}
    </section>
  );
}
