import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { PreviewSetting } from "@/api/models";
import { Button, Dialog, Field, Input, Select, Textarea } from "@/components";

type Person = NonNullable<PreviewSetting["contact"]>;
type PersonProps = { isOpen: boolean; person: Person; onClose: () => void; onChoose: (person: Person) => void };

/** Who talks to the bot: a name, a number, a language, tags and fields. Somebody else begins anew. */
export function PersonDialog({ isOpen, onClose, ...rest }: PersonProps) {
  return isOpen ? <Form onClose={onClose} {...rest} /> : null;
}

function Form({ person, onClose, onChoose }: Omit<PersonProps, "isOpen">) {
  const { t } = useTranslation(["preview", "common"]);
  const [name, setName] = useState(person.name ?? "");
  const [phone, setPhone] = useState(person.phone ?? "");
  const [language, setLanguage] = useState(person.language ?? "auto");
  const [tags, setTags] = useState((person.tags ?? []).join(", "));
  const [fields, setFields] = useState(writeFields(person.fields ?? {}));
  const digits = phone.replace(/\D/gu, "");
  const isPhoneWrong = digits !== "" && !/^\d{4,20}$/u.test(digits);
  const send = () => {
    if (isPhoneWrong) return;
    onChoose({ name: name.trim() || null, phone: digits || null, language: language === "auto" ? null : language, tags: splitTags(tags), fields: readFields(fields) as never });
  };
  return (
    <Dialog
      isOpen
      onOpenChange={onClose}
      title={t("person.title")}
      text={t("person.text")}
      actions={
        <>
          <Button onClick={onClose}>{t("common:cancel")}</Button>
          <Button variant="primary" onClick={send}>
            {t("person.action")}
          </Button>
        </>
      }
    >
      <form
        className="mt-3 grid gap-3"
        onSubmit={(event) => {
          event.preventDefault();
          send();
        }}
      >
        <Field label={t("person.name")}>
          <Input maxLength={200} value={name} onChange={(event) => setName(event.target.value)} />
        </Field>
        <Field label={t("person.phone")} error={isPhoneWrong ? t("person.phoneWrong") : undefined}>
          <Input dir="ltr" inputMode="tel" maxLength={24} value={phone} onChange={(event) => setPhone(event.target.value)} />
        </Field>
        <Field label={t("person.language")}>
          <Select value={language} options={["auto", "en", "ar"].map((each) => ({ value: each, label: t(`person.${each as "auto" | "en" | "ar"}`) }))} onChange={setLanguage} />
        </Field>
        <Field label={t("person.tags")} help={t("person.tagsHelp")}>
          <Input maxLength={1000} value={tags} onChange={(event) => setTags(event.target.value)} />
        </Field>
        <Field label={t("person.fields")} help={t("person.fieldsHelp")}>
          <Textarea dir="ltr" rows={3} spellCheck={false} value={fields} onChange={(event) => setFields(event.target.value)} className="font-mono" />
        </Field>
        <button type="submit" hidden />
      </form>
    </Dialog>
  );
}

const splitTags = (text: string) => [...new Set(text.split(/[,،]/u).map((tag) => tag.trim()).filter(Boolean))].slice(0, 50);

const writeFields = (fields: Record<string, unknown>) =>
  Object.entries(fields)
    .map(([name, value]) => `${name} = ${typeof value === "string" ? value : JSON.stringify(value)}`)
    .join("\n");

/** A line for each field, `name = value`; numbers, yes and no are read as such. */
export function readFields(text: string): Record<string, unknown> {
  const rows = text.split("\n").flatMap((line) => {
    const at = line.indexOf("=");
    return at > 0 ? [[line.slice(0, at).trim(), line.slice(at + 1).trim()] as const] : [];
  });
  return Object.fromEntries(rows.filter(([name]) => name !== "").map(([name, value]) => [name, readValue(value)]));
}

const readValue = (text: string): unknown => (/^-?\d+(?:\.\d+)?$/u.test(text) && !/^0\d/u.test(text) && text.length < 16 ? Number(text) : text === "true" ? true : text === "false" ? false : text);
