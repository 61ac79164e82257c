import { useTranslation } from "react-i18next";
import { useQuery } from "@tanstack/react-query";
import { Field, Input, SearchField, Select } from "@/components";
import { channelsQuery } from "@/features/channels/queries";
import { type JournalSearch, PERIODS, RESULTS, VERDICTS } from "@/routes/monitoring";

const ANY = "any";
type JournalFiltersProps = { search: JournalSearch; onChange: (changes: JournalSearch) => void };

/** What the journal shows: everything stands in the page's address. */
export function JournalFilters({ search, onChange }: JournalFiltersProps) {
  const { t } = useTranslation("monitoring");
  const channels = useQuery(channelsQuery).data ?? [];
  const choose =
    <Name extends keyof JournalSearch>(name: Name) =>
    (value: string) =>
      onChange({ [name]: value === ANY ? undefined : value } as JournalSearch);
  return (
    <div className="mb-3 grid grid-cols-2 gap-2 pane:grid-cols-4">
      <SearchField className="col-span-2" label={t("journal.search")} placeholder={t("journal.searchHint")} value={search.q ?? ""} onSearch={(q) => onChange({ q: q || undefined })} />
      <Select
        label={t("channel")}
        value={search.channel ?? ANY}
        onChange={choose("channel")}
        options={[{ value: ANY, label: t("anyChannel") }, ...channels.map(({ id, name }) => ({ value: id, label: name }))]}
      />
      <Select
        label={t("journal.periodLabel")}
        value={search.period ?? ANY}
        onChange={choose("period")}
        options={[{ value: ANY, label: t("journal.anyTime") }, ...PERIODS.map((value) => ({ value, label: t(`journal.period.${value}`) }))]}
      />
      <Select
        label={t("journal.resultLabel")}
        value={search.result ?? ANY}
        onChange={choose("result")}
        options={[{ value: ANY, label: t("journal.anyResult") }, ...RESULTS.map((value) => ({ value, label: t(`journal.result.${value}`) }))]}
      />
      <Select
        label={t("journal.verdictLabel")}
        value={search.verdict ?? ANY}
        onChange={choose("verdict")}
        options={[{ value: ANY, label: t("journal.anyVerdict") }, ...VERDICTS.slice(0, 3).map((value) => ({ value, label: t(`journal.verdict.${value}`) }))]}
      />
      <SearchField label={t("journal.field")} placeholder={t("journal.field")} value={search.field ?? ""} onSearch={(field) => onChange({ field: field || undefined })} isLtr />
      {search.period === "between" && (
        <div className="col-span-2 grid grid-cols-2 gap-2 pane:col-span-4 pane:max-w-[460px]">
          {(["from", "to"] as const).map((end) => (
            <Field key={end} label={t(`journal.${end}`)}>
              <Input type="datetime-local" dir="ltr" value={search[end] ?? ""} onChange={(event) => onChange({ [end]: event.currentTarget.value || undefined })} />
            </Field>
          ))}
        </div>
      )}
    </div>
  );
}
