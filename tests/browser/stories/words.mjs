// What a screen says: stories look for the words that people read.
import { readdirSync, readFileSync } from "node:fs";

/** The words of a language by "file:path", filled with `values`; of several forms that a count has, the key says which. */
export function wordsOf(code) {
  const folder = new URL(`../../../web/src/i18n/${code}/`, import.meta.url);
  const names = readdirSync(folder).filter((file) => file.endsWith(".json"));
  const files = Object.fromEntries(names.map((name) => [name.slice(0, -5), JSON.parse(readFileSync(new URL(name, folder), "utf8"))]));
  return (key, values = {}) => {
    const [file, path] = key.split(":");
    const text = path.split(".").reduce((part, name) => part[name], files[file]);
    return Object.entries(values).reduce((filled, [name, value]) => filled.replaceAll(`{{${name}}}`, value), text);
  };
}
