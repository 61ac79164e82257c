import { useTranslation } from "react-i18next";
import type { AccountEvent } from "@/api/models";
import { useFormat } from "@/features/auth/queries";

type Restriction = { type: string; until: string | null };

/** Kinds whose values say to how many people a day a number may write. */
const LIMITS: ReadonlySet<AccountEvent["kind"]> = new Set(["number_quality", "capability"]);

/** What a provider told, in the interface's language. Words that we do not know are shown as they came. */
export function useToldWords() {
  const { t } = useTranslation("told");
  const format = useFormat();
  const whatOf = (word: string): string => t(`what.${word}` as "what.unknown", { defaultValue: word.replaceAll("_", " ") });
  const limitOf = (limit: string): string =>
    limit === "unlimited" ? t("peopleUnlimited") : /^\d+$/u.test(limit) ? t("people", { count: Number(limit), replace: { count: format.number(Number(limit)) } }) : limit;
  return {
    limitOf,
    headingOf: (event: AccountEvent): string => t("heading", { kind: t(`kind.${event.kind}`), what: whatOf(event.kind === "other" ? event.field : event.what) }),
    /** What it was and what it is now; null where the heading says it already. */
    changeOf: (event: AccountEvent): string | null => {
      const { old_value: old, new_value: now } = event;
      if (!now || now === event.what || event.kind === "preference") return null;
      const isLimit = LIMITS.has(event.kind);
      const say = isLimit ? limitOf : whatOf;
      const change = old ? t("became", { old: say(old), new: say(now) }) : say(now);
      return isLimit ? t("heading", { kind: t("limit"), what: change }) : change;
    },
    restrictionsOf: (event: AccountEvent): string[] =>
      ((event.details["restrictions"] ?? []) as Restriction[]).map(({ type, until }) => {
        const what = t(`restriction.${type}` as "restriction.restricted_biz_initiated_messaging", { defaultValue: type.replaceAll("_", " ") });
        return t("restricted", { what: until ? `${what}, ${t("until", { when: format.date(until) })}` : what });
      }),
  };
}
