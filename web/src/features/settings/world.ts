import type { SelectOption } from "@/components";

/** What a workspace may choose from, named in the interface's language. The browser knows the same tables of Unicode as the server. */
export function zoneGroups(language: string, current: string): { label?: string; options: SelectOption[] }[] {
  const groups = new Map<string, SelectOption[]>();
  for (const zone of withCurrent(Intl.supportedValuesOf("timeZone"), current)) {
    const [region, ...rest] = zone.split("/");
    if (!region || rest.length === 0 || region === "Etc") continue;
    const options = groups.get(region) ?? [];
    options.push({ value: zone, label: `${rest.join(" / ").replaceAll("_", " ")} · ${offsetOf(zone, language)}` });
    groups.set(region, options);
  }
  return [{ options: [{ value: "UTC", label: "UTC" }] }, ...[...groups].map(([label, options]) => ({ label, options }))];
}

function offsetOf(zone: string, language: string): string {
  const parts = new Intl.DateTimeFormat(`${language}-u-nu-latn`, { timeZone: zone, timeZoneName: "shortOffset" }).formatToParts();
  return parts.find((part) => part.type === "timeZoneName")?.value ?? "";
}

export function currencyOptions(language: string, current: string): SelectOption[] {
  const names = new Intl.DisplayNames([language], { type: "currency" });
  return sorted(language, withCurrent(Intl.supportedValuesOf("currency"), current).map((value) => ({ value, label: `${names.of(value) ?? value} (${value})` })));
}

/** Languages that people write in on WhatsApp. Others can be set through the API. */
const LANGUAGES =
  "af am ar az be bg bn bs ca cs da de el en es et fa fi fr gu ha he hi hr hu hy id it ja ka kk kn ko ku lo lt lv mk ml mn mr ms my ne nl pa pl ps pt ro ru rw sd si sk sl so sq sr sv sw ta te tg th ti tk tr uk ur uz vi xh yo zh zu".split(
    " ",
  );

export function languageOptions(language: string, nameOf: (code: string) => string): SelectOption[] {
  return sorted(language, LANGUAGES.map((value) => ({ value, label: nameOf(value) })));
}

function withCurrent(values: readonly string[], current: string): string[] {
  return values.includes(current) ? [...values] : [...values, current];
}

function sorted(language: string, options: SelectOption[]): SelectOption[] {
  const collator = new Intl.Collator(language);
  return options.sort((one, other) => collator.compare(one.label, other.label));
}
