import { useTranslation } from "react-i18next";
import type { Fault } from "@/api/models";
import { useLanguage } from "@/app/preferences";
import { useFormat } from "@/features/auth/queries";
import { useOptionWords } from "../editor/inspect/useOptionWords";
import { exitOf } from "../editor/model/doc";
import { findField, type FlowNames } from "./flowNames";

/** What a fault says of these is said here in every language: it names steps, ways out, options or languages, and they have names of their own. */
const NAMED = new Set(["unknown_exit", "unknown_target", "unknown_source", "two_edges", "loose_exit", "duplicate_keyword", "shadowed_trigger", "loop_without_wait", "infinite_loop", "parked_nowhere", "missing_translation", "unknown_type", "answered_elsewhere", "answers_for_other"]);

/** A fault in the language of the screen, with the names that people gave. In English the server's own words say the rest: they have the numbers. */
export function useFaultWords(names: FlowNames): (fault: Fault) => string {
  const { t } = useTranslation(["editor", "outside"]);
  const language = useLanguage();
  const { languageName } = useFormat();
  const optionWords = useOptionWords();
  const quote = (name: string) => t("editor:quoted", { name });
  const join = (parts: readonly string[]) => parts.join(t("editor:needs.and"));

  const exitIn = (fault: Fault) => {
    const [head, ...rest] = (fault.field ?? "").split(".");
    if (head === "exits" && fault.node_id) return names.exit(fault.node_id, rest.join("."));
    const link = head === "edges" ? names.link(rest.join(".")) : undefined;
    return link ? names.exit(link.source, exitOf(link)) : (fault.subject ?? "").replaceAll("_", " ");
  };
  /** What messages a fault is about: words as they are written, kinds of messages by their names. */
  const aboutIn = (fault: Fault) =>
    join((fault.subject ?? "").split(", ").map((word) => (fault.field === "keywords" || fault.field === "button_ids" ? quote(word) : t(`outside:answers.type.${word === "…" ? "referral" : word}` as "outside:answers.type.referral", { defaultValue: quote(word) }))));

  return (fault) => {
    const place = fault.field?.split(".").at(-1) ?? "";
    const options = fault.code === "not_allowed" && fault.field ? (findField(names.formOf(names.stepType(fault.node_id)), fault.field)?.options ?? []) : [];
    if (options.length > 0) return t("editor:fault.one-of", { options: join(options.map(optionWords)) });
    if (fault.code === "empty" && /^[a-z]{2,3}$/u.test(place)) return t("editor:fault.empty-in", { language: languageName(place) });
    if (fault.code === "unknown_language" && fault.node_id && /^[a-z]{2,3}$/u.test(place)) return t("editor:fault.unknown-language-in", { language: languageName(place) });
    if (fault.code === "duplicate_keyword" && !fault.steps?.length) return language === "en" ? fault.message : t("editor:fault.keyword-twice");
    if (language === "en" && !NAMED.has(fault.code)) return fault.message;
    const reason = fault.elsewhere?.because ? t(`outside:answers.because.${fault.elsewhere.because}`) : "";
    return t(`editor:fault.${fault.code.replaceAll("_", "-")}` as "editor:fault.parked-nowhere", {
      defaultValue: fault.message,
      subject: fault.subject ?? "",
      count: fault.count ?? 0,
      exit: fault.field ? exitIn(fault) : "",
      language: languageName(place || "en"),
      others: join((fault.steps ?? []).map((step) => quote(names.step(step)))),
      other: fault.elsewhere?.bot_name ?? "",
      about: aboutIn(fault),
      because: reason,
    });
  };
}
