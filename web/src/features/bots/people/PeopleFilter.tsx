import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { Button, Input, LongSelect, Select } from "@/components";
import { versionNumbersQuery } from "../queries";
import { type PeopleSearch, type PeopleState, STATES } from "./queries";
import { useSteps } from "./useStepNames";

const ANY = "any";
const TYPED_MS = 250;

/** What is searched for: a person, a state, a step, a version. */
export function PeopleFilter({ botId, search, onChange }: { botId: string; search: PeopleSearch; onChange: (search: PeopleSearch) => void }) {
  const { t } = useTranslation(["people", "bots"]);
  const numbers = useQuery(versionNumbersQuery(botId)).data ?? [];
  const steps = useSteps(botId, search.version ?? "published");
  const [text, setText] = useState(search.q ?? "");
  useEffect(() => {
    const typed = text.trim() || undefined;
    if (typed === search.q) return;
    const timer = setTimeout(() => onChange({ q: typed }), TYPED_MS);
    return () => clearTimeout(timer);
  }, [text, search.q, onChange]);
  if (search.conversation)
    return (
      <div className="flex flex-none items-center gap-2 border-b border-line px-4 py-2 text-13">
        <span className="grow">{t("ofConversation")}</span>
        <Button size="sm" onClick={() => onChange({ conversation: undefined })}>
          {t("showAll")}
        </Button>
      </div>
    );
  return (
    <div role="search" className="grid flex-none grid-cols-2 gap-2 border-b border-line p-3">
      <Input type="search" aria-label={t("search")} placeholder={t("search")} maxLength={100} value={text} onChange={(event) => setText(event.target.value)} />
      <Select label={t("state")} value={search.state ?? "waiting"} options={STATES.map((state) => ({ value: state, label: t(`states.${state}`) }))} onChange={(state) => onChange({ state: state as PeopleState })} />
      <Select label={t("step")} value={search.node ?? ANY} options={[{ value: ANY, label: t("anyStep") }, ...steps]} onChange={(node) => onChange({ node: node === ANY ? undefined : node })} />
      <LongSelect
        label={t("version")}
        value={search.version ? String(search.version) : ANY}
        groups={[{ options: [{ value: ANY, label: t("anyVersion") }, ...numbers.map((number) => ({ value: String(number), label: t("bots:version", { number }) }))] }]}
        onChange={(version) => onChange({ version: version === ANY ? undefined : Number(version) })}
      />
    </div>
  );
}
