import { useTranslation } from "react-i18next";
import type { Blueprint, FlowNodeType } from "@/api/models";
import { useLanguage } from "@/app/preferences";
import { Badge, type BadgeTone } from "@/components";
import { useFormat } from "@/features/auth/queries";
import { type Config, exitOf } from "../editor/model/doc";
import { type FormField, readFields } from "../editor/model/schema";
import { useExitWords } from "../look";
import type { Comparison, FieldChange, LinkChange, Mark, StepChange } from "./compare";
import { nameField } from "./naming";

export const MARK_TONES: Record<Mark, BadgeTone> = { added: "success", removed: "danger", changed: "warning" };

type ListProps = { found: Comparison; before: Blueprint; after: Blueprint; types: readonly FlowNodeType[] };

/** Everything that changed, old beside new: steps, connections, what holds for the whole flow. */
export function ChangeList({ found, before, after, types }: ListProps) {
  const { t } = useTranslation("compare");
  const language = useLanguage();
  const labels = new Map(types.map((type) => [type.type, type.label[language] ?? type.type]));
  const fieldsOf = (type = "") => readFields((types.find((each) => each.type === type)?.schema ?? {}) as Config);
  const names = new Map([...before.nodes, ...after.nodes].map((step) => [step.id, step.name || labels.get(step.type) || step.id]));
  const nameOf = (id: string) => names.get(id) ?? id;
  return (
    <div className="mx-auto grid w-full max-w-[960px] gap-4 p-4 pane:p-6">
      {found.whole.length > 0 && (
        <Card title={t("whole")}>
          <Fields fields={found.whole} form={[]} />
        </Card>
      )}
      {found.steps.map((change) => (
        <StepCard key={change.id} change={change} name={nameOf(change.id)} label={labels.get((change.after ?? change.before)?.type ?? "") ?? ""} form={fieldsOf((change.after ?? change.before)?.type)} />
      ))}
      {found.links.length > 0 && (
        <Card title={t("links")}>
          <ul className="grid gap-2 text-13">
            {found.links.map((change) => (
              <li key={change.id}>
                <LinkLine change={change} nameOf={nameOf} fallback={after.default_language} />
              </li>
            ))}
          </ul>
        </Card>
      )}
    </div>
  );
}

function StepCard({ change, name, label, form }: { change: StepChange; name: string; label: string; form: FormField[] }) {
  const { t } = useTranslation("compare");
  return (
    <Card title={name} aside={<Badge tone={MARK_TONES[change.mark]}>{t(`mark.${change.mark}`)}</Badge>} note={label === name ? "" : label}>
      <Fields fields={change.fields.filter((field) => change.mark === "changed" || (field.path !== "type" && field.path !== "name"))} form={form} />
    </Card>
  );
}

function LinkLine({ change, nameOf, fallback }: { change: LinkChange; nameOf: (id: string) => string; fallback: string }) {
  const { t } = useTranslation("compare");
  const exitWords = useExitWords();
  const link = change.after ?? change.before;
  if (!link) return null;
  return (
    <>
      <Badge tone={MARK_TONES[change.mark]}>{t(`mark.${change.mark}`)}</Badge> <bdi className="font-medium">{nameOf(link.source)}</bdi> <bdi className="text-ink-3">{exitWords(exitOf(link), null, fallback)}</bdi> <Arrow />{" "}
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

/** `form`: how the step's form calls them. */
function Fields({ fields, form }: { fields: readonly FieldChange[]; form: readonly FormField[] }) {
  const { t } = useTranslation("compare");
  const language = useLanguage();
  const format = useFormat();
  const own = { name: t("own.name"), type: t("own.type") };
  if (fields.length === 0) return null;
  return (
    <ul className="grid gap-3">
      {fields.map((field) => (
        <li key={field.path}>
          <p dir="auto" title={field.path} className="own-side mb-1 text-12 text-ink-3">
            {nameField(field.path, form, own, language, format.languageName)}
          </p>
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
      <h2 className="flex flex-wrap items-center gap-2 text-14">
        <bdi>{title}</bdi>
        {note && <span className="text-12 font-normal text-ink-3">{note}</span>}
        {aside}
      </h2>
      {children && <div className="mt-2 empty:hidden">{children}</div>}
    </section>
  );
}
