// Every screen in both languages, at both sizes, in both themes: right to left, nothing sticks out, no barrier for anybody.
import { readdirSync } from "node:fs";
import { api, check, checkWidth, demo, findBarriers, logIn, simulator, story, write } from "./stage.mjs";

const barriers = [];
const NAMESPACES = readdirSync(new URL("../../../web/src/i18n/en/", import.meta.url)).flatMap((file) => (file.endsWith(".json") ? [file.slice(0, -5)] : []));
const KEY = new RegExp(`\\b(${NAMESPACES.join("|")})[:.][a-z]+\\.[a-zA-Z]`, "u");

async function look(page, where, language) {
  // Fades end first: axe reads colours as they are. What turns for ever (a loader) is not waited for.
  await page.evaluate(() => Promise.allSettled(document.getAnimations().filter(({ effect }) => effect?.getTiming().iterations !== Infinity).map(({ finished }) => finished)));
  const direction = await page.evaluate(() => [document.documentElement.dir, document.documentElement.lang]);
  check(direction[0] === (language === "ar" ? "rtl" : "ltr"), `${where} reads ${direction}`);
  const text = await page.locator("body").innerText();
  check(!KEY.test(text), `${where} shows a key instead of words: ${KEY.exec(text)?.[0]}`);
  await checkWidth(page, where);
  barriers.push(...(await findBarriers(page, where)));
}

await write("+966500000101", "السلام عليكم");
const EVERY = ["en", "ar"].flatMap((language) => [[1440, 900], [360, 760]].flatMap(([width, height]) => ["light", "dark"].map((theme) => [language, width, height, theme])));
for (const [language, width, height, theme] of EVERY) {
  const name = (screen) => `${screen} ${language} ${width} ${theme}`;
  await story(
    async (page) => {
      await page.addInitScript((code) => localStorage.setItem("hoopoe.language", code), language);
      await page.goto(`${api}/login`);
      await page.locator("input[type=email]").waitFor();
      await look(page, name("login"), language);
      await page.goto(`${api}/register`);
      await page.locator("input[type=password]").waitFor();
      await look(page, name("register"), language);
      for (const place of ["forgot", "new-password#made-up", "invitation#made-up"]) {
        await page.goto(`${api}/${place}`);
        await page.locator("h1").waitFor();
        await look(page, name(place), language);
      }
      await logIn(page);
      await page.goto(`${api}/inbox?tab=bot`);
      await page.locator("[data-conversation]").first().waitFor();
      await look(page, name("inbox"), language);
      await page.locator("[data-conversation]").first().click();
      await page.locator("#reply").waitFor();
      await look(page, name("thread"), language);
      await page.goto(`${api}/flows`);
      await page.locator('a[href^="/flows/"]').first().waitFor();
      await look(page, name("flows"), language);
      await page.locator('a[href^="/flows/"]').first().click();
      await page.locator(width > 720 ? ".react-flow__node" : "ol button").first().waitFor();
      await look(page, name("flow"), language);
      await page.goto(`${api}/channels`);
      await page.getByText(demo.channels[0].number).first().waitFor();
      await look(page, name("channels"), language);
      await page.goto(`${api}/channels/connect`);
      await page.locator("main ol li[aria-current=step]").waitFor();
      await look(page, name("connect"), language);
      await page.locator("main ul button").last().click();
      await page.locator("input[name=account_sid]").waitFor();
      await look(page, name("connect, details"), language);
      const signs = { general: "main form select", "new-workspace": "main form select", members: "main section h2", keys: "main ul li", audit: "main ul li", account: "main ul li" };
      for (const [place, sign] of Object.entries(signs)) {
        await page.goto(`${api}/settings/${place}`);
        await page.locator(sign).first().waitFor();
        await look(page, name(place), language);
      }
      await page.goto(simulator);
      await page.getByRole("log").waitFor();
      await look(page, name("phone"), language);
    },
    { width, height, language: language === "ar" ? "ar-SA" : "en-US", theme },
  );
}
check(barriers.length === 0, `axe found:\n${barriers.join("\n")}`);
