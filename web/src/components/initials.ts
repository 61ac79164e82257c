const ARABIC_LETTER = /\p{Script=Arabic}/u;
const LETTER = /\p{L}/u;
/** Father of, mother of, son of: what comes after them tells people apart. */
const KINSHIP = new Set(["أبو", "ابو", "أم", "ام", "بن", "ابن", "بنت"]);

/** One letter in Arabic (the article ال and words of kinship are passed over), two in Latin; `#` for somebody without letters, such as a bare number. */
export function initialsOf(name: string): string {
  const all = name.split(/[\s·_-]+/u).filter((word) => LETTER.test(word));
  const telling = all.filter((word) => !KINSHIP.has(word));
  const words = telling.length ? telling : all;
  const [first, ...rest] = words;
  if (!first) return "#";
  if (ARABIC_LETTER.test(first)) return firstLetter(first.replace(/^ال(?=..)/u, ""));
  const last = rest.at(-1);
  return (firstLetter(first) + (last ? firstLetter(last) : "")).toLocaleUpperCase("en");
}

function firstLetter(word: string): string {
  return [...word].find((letter) => LETTER.test(letter)) ?? "";
}

/** One of six muted grounds, the same for the same name everywhere. */
export function paletteOf(name: string): number {
  let hash = 0x811c9dc5; // FNV-1a: near names fall far apart
  for (const letter of name) hash = Math.imul(hash ^ (letter.codePointAt(0) ?? 0), 0x01000193);
  return (((hash ^ (hash >>> 15)) >>> 0) % 6) + 1;
}
