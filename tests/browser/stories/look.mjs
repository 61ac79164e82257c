// Looking at a page as everybody might see it: both sizes, both themes, right to left, nothing sticks out, no barrier for anybody.
import { readdirSync } from "node:fs";
import { check, checkWidth, findBarriers } from "./stage.mjs";

export const LANGUAGES = [
  { code: "en", language: "en-US" },
  { code: "ar", language: "ar-SA" },
];
export const DESK = { width: 1440, height: 900 };
export const PHONE = { width: 360, height: 760 };

const NAMESPACES = readdirSync(new URL("../../../web/src/i18n/en/", import.meta.url)).flatMap((file) => (file.endsWith(".json") ? [file.slice(0, -5)] : []));
const KEY = new RegExp(`\\b(${NAMESPACES.join("|")})[:.][a-z]+\\.[a-zA-Z]`, "u");

/**
 * Fades end first: axe reads colours as they are. What turns for ever (a loader) is not waited for, nor an animation that the browser has
 * forgotten: the promise of one whose element went away in the middle may stay open, and a page that is not in front draws no frames.
 */
const settle = (page) =>
  page.evaluate(async () => {
    const end = async () => {
      await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
      await Promise.allSettled(document.getAnimations().filter(({ effect }) => effect?.getTiming().iterations !== Infinity).map(({ finished }) => finished));
    };
    await Promise.race([end(), new Promise((resolve) => setTimeout(resolve, 3_000))]);
  });

/** Begins a page in a language. */
export const speak = (page, code) => page.addInitScript((chosen) => localStorage.setItem("hoopoe.language", chosen), code);

/** What is wrong with the page as it is now, in one size and one theme. `rules` narrows axe to some of its rules. */
export async function lookOnce(page, where, code, rules) {
  await settle(page);
  const direction = await page.evaluate(() => document.documentElement.dir);
  check(direction === (code === "ar" ? "rtl" : "ltr"), `${where} reads ${direction}`);
  const text = await page.locator("body").innerText();
  check(!KEY.test(text), `${where} shows a key instead of words: ${KEY.exec(text)?.[0]}`);
  await checkWidth(page, where);
  return findBarriers(page, where, rules);
}

/**
 * The same page in both sizes and both themes, without loading it anew. Of the second theme only the colours can differ; they are looked
 * at in one size, and for the other language in the other.
 */
export async function look(page, screen, code) {
  const found = [];
  for (const size of [PHONE, DESK]) {
    await page.setViewportSize(size);
    const where = `${screen} ${code} ${size.width}`;
    await page.emulateMedia({ colorScheme: "light" });
    found.push(...(await lookOnce(page, `${where} light`, code)));
    if ((size === DESK) !== (code === "en")) continue;
    await page.emulateMedia({ colorScheme: "dark" });
    found.push(...(await lookOnce(page, `${where} dark`, code, ["color-contrast"])));
  }
  return found;
}
