import { useTranslation } from "react-i18next";
import type { SprintTrace } from "@/api/models";
import { useLanguage } from "@/app/preferences";
import { createNumberFormat } from "@/i18n/format";
import { inUnits, type TracedError } from "./trace";

type Fact = Record<string, unknown> | null;

/** What happened in a sprint, in words of the interface. */
export function useTraceWords() {
  const { t } = useTranslation("insight");
  const language = useLanguage();
  const duration = (seconds: number) => {
    const { value, unit } = inUnits(seconds);
    return createNumberFormat(language, { style: "unit", unit, unitDisplay: "long" }).format(value);
  };
  /** In English the server's own words say more, with numbers and names. */
  const error = ({ code, message }: Pick<TracedError, "code" | "message">) =>
    language === "en" && message ? message : t(`error.${code.replaceAll("_", "-")}` as "error.too-many-steps", { defaultValue: message || t("error.other", { code }) });
  const given = ({ given: fact, by, version }: SprintTrace): string => {
    const type = String(fact.type);
    if (type === "moved" || type === "published") {
      const said = type === "moved" ? t("given.moved") : version === null ? t("given.publishedGone") : t("given.published", { number: version });
      return by ? `${said} ${t("given.by", { name: by })}` : said;
    }
    if (type === "started") {
      const kind = String(fact.message_type);
      return kind === "webhook" || kind === "schedule" ? t(`given.${kind}`) : t("given.started");
    }
    return t(`given.${type}` as "given.message", { defaultValue: type });
  };
  const stopped = ({ wait, status, errors }: SprintTrace): string => {
    const fact = wait as Fact;
    const last = errors.at(-1);
    if (status === "failed") return last ? t("stop.failed", { reason: error(last) }) : t("stop.failedSomehow");
    if (fact === null) return t("stop.ended");
    const seconds = typeof fact.seconds === "number" ? fact.seconds : typeof fact.timeout_seconds === "number" ? fact.timeout_seconds : null;
    switch (fact.type) {
      case "message":
        return seconds === null ? t("stop.message") : t("stop.messageFor", { time: duration(seconds) });
      case "delay":
        return t("stop.delay", { time: duration(seconds ?? 0) });
      default:
        return t("stop.effect");
    }
  };
  return { duration, error, given, stopped };
}
