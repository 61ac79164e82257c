import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Field, Input, Select, Textarea } from "@/components";
import type { ActDialogProps } from "./ActButtons";
import { ActDialog } from "./ActDialog";
import { type Kind, KINDS, readValue, writeValue } from "./reading";

const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/u;

/** What stands in the place of a secret: it is no value to start from. */
const HIDDEN = "[redacted]";

/** Gives a variable another value, of the kind that it has, or of another. */
export function VariableDialog({ session, onClose }: ActDialogProps) {
  const { t } = useTranslation("people");
  const known = session.frames.at(-1)?.variables ?? {};
  const [name, setName] = useState("");
  const [kind, setKind] = useState<Kind>("text");
  const [text, setText] = useState("");
  const [problem, setProblem] = useState<"badName" | "badNumber" | "badJson" | null>(null);
  const take = (next: string) => {
    setName(next);
    if (!(next in known) || known[next] === HIDDEN) return;
    const written = writeValue(known[next]);
    setKind(written.kind);
    setText(written.text);
  };
  const read = () => {
    const found = NAME.test(name) ? readValue(kind, text) : ({ problem: "badName" } as const);
    setProblem("problem" in found ? found.problem : null);
    return "problem" in found ? null : ({ act: "variables", name, value: found.value } as const);
  };
  return (
    <ActDialog session={session} title={t("do.setTitle")} text={t("do.setText")} go={t("do.setGo")} read={read} onClose={onClose}>
      <div className="mt-3 grid gap-3">
        <Field label={t("do.name")} error={problem === "badName" ? t("do.badName") : undefined} help={name in known ? t("do.before", { value: JSON.stringify(known[name]) }) : undefined}>
          <Input dir="ltr" list="known-variables" maxLength={64} value={name} onChange={(event) => take(event.target.value)} />
        </Field>
        <datalist id="known-variables">
          {Object.keys(known).map((each) => (
            <option key={each} value={each} />
          ))}
        </datalist>
        <Field label={t("do.type")}>
          <Select value={kind} options={KINDS.map((each) => ({ value: each, label: t(`do.types.${each}`) }))} onChange={(next) => setKind(next as Kind)} />
        </Field>
        {kind === "boolean" && (
          <Field label={t("do.value")}>
            <Select
              value={text === "true" ? "true" : "false"}
              options={[
                { value: "true", label: t("do.yes") },
                { value: "false", label: t("do.no") },
              ]}
              onChange={setText}
            />
          </Field>
        )}
        {(kind === "text" || kind === "number" || kind === "json") && (
          <Field label={t("do.value")} error={problem === "badNumber" || problem === "badJson" ? t(`do.${problem}`) : undefined}>
            {kind === "number" ? <Input dir="ltr" inputMode="decimal" value={text} onChange={(event) => setText(event.target.value)} /> : <Textarea value={text} onChange={(event) => setText(event.target.value)} />}
          </Field>
        )}
      </div>
    </ActDialog>
  );
}
