import i18next, { type i18n } from "i18next";
import { initReactI18next } from "react-i18next";
import type en from "./en";
import { createNumberFormat } from "./format";
import { isolateForeign } from "./isolate";

export const LANGUAGES = ["en", "ar"] as const;
export type Language = (typeof LANGUAGES)[number];
/** A language is named in itself, so that whoever needs it can read it. */
export const LANGUAGE_NAMES: Record<Language, string> = { en: "English", ar: "العربية" };
export type Strings = typeof en;

declare module "i18next" {
  interface CustomTypeOptions {
    defaultNS: "common";
    resources: Strings;
  }
}

/** One file per language, fetched only for the language in use. */
const LOADERS: Record<Language, () => Promise<{ default: Record<keyof Strings, object> }>> = {
  en: () => import("./en"),
  ar: () => import("./ar"),
};

/** Digits and groups are the same in both languages. */
const numbers = createNumberFormat("en");

export function isLanguage(value: unknown): value is Language {
  return LANGUAGES.some((language) => language === value);
}

const RIGHT_TO_LEFT = new Set(["ar", "ckb", "dv", "fa", "he", "ps", "sd", "ug", "ur", "yi"]);

/** How a language is written: one of ours, or any that a bot speaks (`fa`, `ur-PK`). */
export function directionOf(language: string): "ltr" | "rtl" {
  return RIGHT_TO_LEFT.has(language.split("-")[0] ?? "") ? "rtl" : "ltr";
}

/** Starts i18next with one language's strings in place, so that no screen ever renders a key. */
export async function startI18n(language: Language): Promise<i18n> {
  await i18next.use(initReactI18next).init({
    lng: language,
    fallbackLng: false,
    supportedLngs: [...LANGUAGES],
    defaultNS: "common",
    resources: { [language]: (await LOADERS[language]()).default },
    // React escapes. This writes a number in a sentence as one beside it, and keeps values of the other direction from turning it around.
    interpolation: {
      useRawValueToEscape: true,
      escape: (value: unknown) => (typeof value === "number" ? numbers.format(value) : isolateForeign(String(value ?? ""), i18next.language)),
    },
    returnNull: false,
    react: { useSuspense: false },
  });
  return i18next;
}

/** Fetches a language's strings, for a part of a screen that speaks another language than the rest. */
export async function loadLanguage(language: Language): Promise<void> {
  const { default: strings } = await LOADERS[language]();
  for (const [namespace, texts] of Object.entries(strings)) i18next.addResourceBundle(language, namespace, texts);
}

/** Changes the language of every screen, once its strings have arrived. */
export async function changeLanguage(language: Language): Promise<void> {
  await loadLanguage(language);
  await i18next.changeLanguage(language);
}
