import { useTranslation } from "react-i18next";
import type { AccountEvent } from "@/api/models";
import { useLanguage } from "@/app/preferences";
import { useFormat } from "@/features/auth/queries";

/** Kinds whose values say to how many people a day a number may write. */
const LIMITS: ReadonlySet<AccountEvent["kind"]> = new Set(["number_quality", "capability"]);

/** What a provider told, in the interface's language. Words that we do not know are shown as they came. */
export function useToldWords() {
  const { t } = useTranslation("told");
  const format = useFormat();
  const language = useLanguage();
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
    /** When it takes effect, where that is told apart from when it was told. */
    effectOf: (event: AccountEvent): string | null => (event.effective_at ? t("effective", { when: format.date(event.effective_at) }) : null),
    /** Why, in our words, then in the provider's: a bare code is left out where we have words for it. */
    reasonsOf: ({ reason, reason_text: text, details }: AccountEvent): string[] => {
      const isCode = reason !== null && text !== null && reason.toLowerCase() === (details["reason_code"] ?? reason.toLowerCase());
      return [text?.[language], isCode ? null : reason].filter((each) => typeof each === "string");
    },
    restrictionsOf: (event: AccountEvent): string[] =>
      event.restrictions.map(({ type, until }) => {
        const what = t(`restriction.${type}` as "restriction.restricted_biz_initiated_messaging", { defaultValue: type.replaceAll("_", " ") });
        return t("restricted", { what: until ? `${what}, ${t("until", { when: format.date(until) })}` : what });
      }),
  };
}
