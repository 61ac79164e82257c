import { type FormEvent, type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { Button, Field, Input, Select, Switch, Textarea } from "@/components";
import { AGE_NAMES, type Age, NEWS, NEWS_NAMES, type News, pastOf } from "./told";
import { type Channel, keyOf, type Person } from "./world";

/** A request to the simulator. */
export type Done = { path: string; body: Record<string, unknown> };
type FormProps = { person: Person; channel: Channel; now: Date; isBusy: boolean; onDo: (done: Done) => void };

const ROLES = ["ai_agent", "customer_service", "marketing", "utility", "escalation"] as const;
const TURNS = ["control_taken", "control_passed"] as const;
const pathOf = (person: Person, what: string) => `/phones/${encodeURIComponent(keyOf(person))}/${what}`;

/** The owner of the number writes to the person, on the business's own phone. */
export function EchoForm({ person, channel, isBusy, onDo }: FormProps) {
  const { t } = useTranslation("phone");
  const [body, setBody] = useState("");
  const done = body.trim() ? { path: pathOf(person, "echoes"), body: { to: channel.phone_number_id, type: "text", text: { body: body.trim() } } } : null;
  return (
    <Form label={t("others.echo.do")} done={done} isBusy={isBusy} onDo={onDo}>
      {(error) => (
        <Field label={t("others.echo.words")} error={error}>
          <Textarea value={body} onChange={(event) => setBody(event.currentTarget.value)} />
        </Field>
      )}
    </Form>
  );
}

/** What the two said before; or that the owner does not share it. */
export function HistoryForm({ person, channel, isBusy, onDo }: FormProps) {
  const { t } = useTranslation("phone");
  const [said, setSaid] = useState("");
  const [answered, setAnswered] = useState("");
  const [age, setAge] = useState<Age>("day");
  const [isDeclined, setDeclined] = useState(false);
  const to = channel.phone_number_id;
  const past = pastOf(said, answered, age);
  const body = isDeclined ? { to, declined: true } : past.messages.length > 0 ? { to, ...past } : null;
  return (
    <Form label={t("others.history.do")} done={body && { path: pathOf(person, "history"), body }} isBusy={isBusy} onDo={onDo}>
      {(error) => (
        <>
          {!isDeclined && (
            <>
              <Field label={t("others.history.said", { name: person.name })} error={error}>
                <Input value={said} onChange={(event) => setSaid(event.currentTarget.value)} />
              </Field>
              <Field label={t("others.history.answered")}>
                <Input value={answered} onChange={(event) => setAnswered(event.currentTarget.value)} />
              </Field>
              <Field label={t("others.history.age")}>
                <Select value={age} onChange={(value) => setAge(AGE_NAMES.find((name) => name === value) ?? "day")} options={AGE_NAMES.map((value) => ({ value, label: t(`others.history.ages.${value}`) }))} />
              </Field>
            </>
          )}
          <div className="flex items-center gap-3 text-13">
            <Switch isOn={isDeclined} onChange={setDeclined} label={t("others.history.declined")} />
            <span>{t("others.history.declined")}</span>
          </div>
        </>
      )}
    </Form>
  );
}

/** Another app takes the person's thread, or gives it to the one that is connected. */
export function HandoverForm({ person, channel, isBusy, onDo }: FormProps) {
  const { t } = useTranslation("phone");
  const [type, setType] = useState<(typeof TURNS)[number]>("control_taken");
  const [role, setRole] = useState<(typeof ROLES)[number]>("ai_agent");
  const [note, setNote] = useState("");
  const body = { to: channel.phone_number_id, type, role, ...(note.trim() && { note: note.trim() }) };
  return (
    <Form label={t("others.handover.do")} done={{ path: pathOf(person, "handovers"), body }} isBusy={isBusy} onDo={onDo}>
      {() => (
        <>
          <Field label={t("others.handover.what")}>
            <Select value={type} onChange={(value) => setType(TURNS.find((name) => name === value) ?? type)} options={TURNS.map((value) => ({ value, label: t(`others.handover.${value}`) }))} />
          </Field>
          <Field label={t("others.handover.role")}>
            <Select value={role} onChange={(value) => setRole(ROLES.find((name) => name === value) ?? role)} options={ROLES.map((value) => ({ value, label: t(`others.handover.roles.${value}`) }))} />
          </Field>
          <Field label={t("others.handover.note")}>
            <Input value={note} onChange={(event) => setNote(event.currentTarget.value)} />
          </Field>
        </>
      )}
    </Form>
  );
}

/** WhatsApp tells something of the account, the number, a template, or of what a person wants. */
export function NewsForm({ person, channel, now, isBusy, onDo }: FormProps) {
  const { t } = useTranslation("phone");
  const [news, setNews] = useState<News>("qualityRed");
  const told = NEWS[news]({ person, name: channel.name, now });
  return (
    <Form label={t("others.news.do")} done={{ path: `/world/channels/${channel.phone_number_id}/events`, body: told }} isBusy={isBusy} onDo={onDo}>
      {() => (
        <Field label={t("others.news.what")} help={<code className="ltr">{told.field}</code>}>
          <Select value={news} onChange={(value) => setNews(NEWS_NAMES.find((name) => name === value) ?? news)} options={NEWS_NAMES.map((value) => ({ value, label: t(`others.news.all.${value}`) }))} />
        </Field>
      )}
    </Form>
  );
}

/** `done` is null while something is missing; the first field then says so. */
function Form({ label, done, isBusy, onDo, children }: { label: string; done: Done | null; isBusy: boolean; onDo: (done: Done) => void; children: (error: string | undefined) => ReactNode }) {
  const { t } = useTranslation("phone");
  const [isAsked, setAsked] = useState(false);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setAsked(true);
    if (done) onDo(done);
  };
  return (
    <form onSubmit={submit} noValidate className="mt-3 grid gap-3">
      {children(isAsked && !done ? t("required") : undefined)}
      <div className="flex justify-end">
        <Button type="submit" variant="primary" isBusy={isBusy}>
          {label}
        </Button>
      </div>
    </form>
  );
}
