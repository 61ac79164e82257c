import { UserPlus } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Avatar, Badge, Button, Count, cx, Dialog, Field, Input, PhoneNumber } from "@/components";
import { useLanguage } from "@/app/preferences";
import { useForm } from "@/features/auth/form";
import { useAddPerson, usePhoneFormat } from "./queries";
import { keyOf, lineOf, type Person } from "./world";

type PeopleProps = { now: Date; people: readonly Person[]; channel: string | undefined; chosen: string | null; onChoose: (key: string) => void };

/** Everybody with a simulated phone. */
export function People({ now, people, channel, chosen, onChoose }: PeopleProps) {
  const { t } = useTranslation("phone");
  const format = usePhoneFormat(useLanguage());
  const [isAdding, setAdding] = useState(false);
  return (
    <div className="relative min-h-0 grow overflow-y-auto px-2 pb-3">
      <ul className="grid grid-cols-[minmax(0,1fr)] gap-0.5">
        {people.map((person) => {
          const thread = person.threads.find((one) => one.phone_number_id === channel);
          const key = keyOf(person);
          return (
            <li key={key}>
              <button
                type="button"
                aria-pressed={key === chosen}
                onClick={() => onChoose(key)}
                className={cx("flex w-full items-center gap-[11px] rounded-[10px] p-2.5 text-start", key === chosen ? "bg-surface shadow-[0_0_0_1px_var(--line),var(--shadow-1)]" : "hover:bg-hover")}
              >
                <Avatar name={person.name} />
                <span className="min-w-0 grow">
                  <span className="flex items-baseline gap-2">
                    <span dir="auto" className="cut grow font-medium">
                      {person.name === person.number ? <PhoneNumber number={person.number} /> : person.name}
                    </span>
                    {thread?.last_message && (
                      <time dateTime={thread.last_message.at} className="num flex-none text-12 text-ink-3">
                        {format.short(thread.last_message.at, now)}
                      </time>
                    )}
                  </span>
                  {person.name !== person.number && (
                    <span className="block text-12 text-ink-3">{person.number ? <PhoneNumber number={person.number} /> : <bdi>{`@${(person.username ?? "").replace(/^@/u, "")}`}</bdi>}</span>
                  )}
                  {person.blocked && <Badge tone="plain">{t("blocked")}</Badge>}
                  {thread?.last_message && (
                    <span className="flex items-center gap-2">
                      <span dir="auto" className="cut grow text-12 text-ink-2">
                        {lineOf(thread.last_message)}
                      </span>
                      {thread.unread > 0 && <Count value={format.number(thread.unread)} label={t("unread", { count: thread.unread })} />}
                    </span>
                  )}
                </span>
              </button>
            </li>
          );
        })}
      </ul>
      <Button variant="ghost" icon={UserPlus} className="mt-2" onClick={() => setAdding(true)}>
        {t("add")}
      </Button>
      <AddDialog isOpen={isAdding} onOpenChange={setAdding} />
    </div>
  );
}

function AddDialog({ isOpen, onOpenChange }: { isOpen: boolean; onOpenChange: (isOpen: boolean) => void }) {
  const { t } = useTranslation("phone");
  const add = useAddPerson();
  const form = useForm({ name: "", number: "" });
  const submit = () => {
    const { name, number } = form.values;
    const address = number.trim();
    if (!name.trim()) return form.show({ name: t("required") });
    if (!address) return form.show({ number: t("required") });
    add.mutate(
      { name: name.trim(), ...(/^[+\d\s]+$/u.test(address) ? { number: address } : { username: address.replace(/^@/u, "") }) },
      { onSuccess: () => onOpenChange(false), onError: (error) => form.show({ number: error.message }) },
    );
  };
  return (
    <Dialog isOpen={isOpen} onOpenChange={onOpenChange} title={t("add")}>
      <form {...form.bind(submit)} className="mt-3 grid gap-4">
        <Field label={t("name")} error={form.errors.name}>
          <Input {...form.field("name")} autoFocus />
        </Field>
        <Field label={t("address")} help={t("addressHelp")} error={form.errors.number}>
          <Input {...form.field("number")} dir="ltr" />
        </Field>
        <Button variant="primary" type="submit" isBusy={add.isPending}>
          {t("add")}
        </Button>
      </form>
    </Dialog>
  );
}
