const ARABIC_LETTER = /\p{Script=Arabic}/u;
const LETTER = /\p{L}/u;

/** One letter in Arabic (the article ال is passed over), two in Latin; `#` for somebody without letters, such as a bare number. */
export function initialsOf(name: string): string {
  const words = name.split(/[\s·_-]+/u).filter((word) => LETTER.test(word));
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
  let hash = 0;
  for (const letter of name) hash = (hash * 31 + (letter.codePointAt(0) ?? 0)) % 9973;
  return (hash % 6) + 1;
}
