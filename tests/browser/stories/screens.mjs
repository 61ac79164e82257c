// Every screen in both languages, at both sizes, in both themes: right to left, nothing sticks out, no barrier for anybody.
import { api, check, checkWidth, demo, findBarriers, logIn, simulator, story, write } from "./stage.mjs";

const barriers = [];

async function look(page, where, language) {
  await page.waitForTimeout(300); // fades end; axe reads colours as they are
  const direction = await page.evaluate(() => [document.documentElement.dir, document.documentElement.lang]);
  check(direction[0] === (language === "ar" ? "rtl" : "ltr"), `${where} reads ${direction}`);
  const text = await page.locator("body").innerText();
  check(!/\b(bots|inbox|channels|phone|auth|common)[:.][a-z]+\.[a-z]/u.test(text), `${where} shows a key instead of words`);
  await checkWidth(page, where);
  barriers.push(...(await findBarriers(page, where)));
}

await write("+966500000101", "السلام عليكم");
for (const [language, width, height, theme] of [
  ["en", 1440, 900, "light"],
  ["ar", 1440, 900, "dark"],
  ["en", 360, 760, "dark"],
  ["ar", 360, 760, "light"],
]) {
  const name = (screen) => `${screen} ${language} ${width} ${theme}`;
  await story(
    async (page) => {
      await page.addInitScript((code) => localStorage.setItem("hoopoe.language", code), language);
      await page.goto(`${api}/login`);
      await page.locator("input[type=email]").waitFor();
      await look(page, name("login"), language);
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
      await page.addInitScript((code) => localStorage.setItem("hoopoe.language", code), language);
      await page.goto(simulator);
      await page.getByRole("log").waitFor();
      await look(page, name("phone"), language);
    },
    { width, height, language: language === "ar" ? "ar-SA" : "en-US", theme },
  );
}
check(barriers.length === 0, `axe found:\n${barriers.join("\n")}`);
