import { useSyncExternalStore } from "react";
import { changeLanguage, directionOf, isLanguage, type Language } from "@/i18n";

/** How this browser likes to see Hoopoe. Remembered here and not in the account: a shared desk has its own light. */
export type Theme = "system" | "light" | "dark";

const THEME_KEY = "hoopoe.theme";
const LANGUAGE_KEY = "hoopoe.language";
const darkScheme = () => matchMedia("(prefers-color-scheme: dark)");

const listeners = new Set<() => void>();
const tell = () => {
  for (const listener of listeners) listener();
};

function read(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null; // storage may be switched off; the choice then lasts for the visit
  }
}

function remember(key: string, value: string): void {
  try {
    localStorage.setItem(key, value);
  } catch {
    return;
  }
}

let theme: Theme = readTheme();
function readTheme(): Theme {
  const stored = read(THEME_KEY);
  return stored === "light" || stored === "dark" ? stored : "system";
}

function applyTheme(): void {
  const isDark = theme === "dark" || (theme === "system" && darkScheme().matches);
  document.documentElement.dataset["theme"] = isDark ? "dark" : "light";
}

export function setTheme(next: Theme): void {
  theme = next;
  remember(THEME_KEY, next);
  applyTheme();
  tell();
}

/** The language chosen here before, or null. */
export function storedLanguage(): Language | null {
  const stored = read(LANGUAGE_KEY);
  return isLanguage(stored) ? stored : null;
}

/** The language that boot.js has already put on the page. */
export function pageLanguage(): Language {
  const { lang } = document.documentElement;
  return isLanguage(lang) ? lang : "en";
}

/** Changes strings, `lang` and `dir` together, and remembers the choice. */
export async function setLanguage(language: Language): Promise<void> {
  await changeLanguage(language);
  document.documentElement.lang = language;
  document.documentElement.dir = directionOf(language);
  remember(LANGUAGE_KEY, language);
  tell();
}

/** Follows the device's scheme while the theme is `system`. Call once. */
export function followDeviceTheme(): void {
  applyTheme();
  darkScheme().addEventListener("change", applyTheme);
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function useTheme(): Theme {
  return useSyncExternalStore(subscribe, () => theme);
}

export function useLanguage(): Language {
  return useSyncExternalStore(subscribe, pageLanguage);
}
