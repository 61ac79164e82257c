const BROWSERS: readonly [string, RegExp][] = [
  ["Edge", /Edg(?:A|iOS)?\//u],
  ["Opera", /OPR\//u],
  ["Samsung Internet", /SamsungBrowser\//u],
  ["Firefox", /(?:Firefox|FxiOS)\//u],
  ["Chrome", /(?:HeadlessChrome|Chrome|CriOS)\//u],
  ["Safari", /Version\/.*Safari\//u],
];
const SYSTEMS: readonly [string, RegExp][] = [
  ["Android", /Android/u],
  ["iPhone", /iPhone/u],
  ["iPad", /iPad/u],
  ["Windows", /Windows/u],
  ["macOS", /Mac OS X|Macintosh/u],
  ["Linux", /Linux|X11/u],
];

/** What a browser calls itself, in words that people know; null for what is none of these. */
export function browserOf(agent: string | null): { browser: string; system: string } | null {
  const browser = BROWSERS.find(([, sign]) => sign.test(agent ?? ""))?.[0];
  const system = SYSTEMS.find(([, sign]) => sign.test(agent ?? ""))?.[0];
  return browser && system ? { browser, system } : null;
}
