// Without a network: a page that opens says so and opens by itself later; one that is open goes on showing what it has, on every place, and catches up.
import { api, check, conversationOf, enter, stories, until, write } from "./stage.mjs";

const NUMBER = "+966500000101";
const WORDS = {
  en: { line: "Reconnecting.", failed: "No answer from Hoopoe.", closed: "Hoopoe does not answer", flows: "The flows could not be loaded" },
  ar: { line: "جارٍ إعادة الاتصال.", failed: "لا رد من هدهد.", closed: "هدهد لا يستجيب", flows: "تعذّر تحميل المسارات" },
};

/** The files of the page, as a browser has them that was here before; the API is asked over the network, or rather is not. */
async function keepFiles(page) {
  await page.route("**/*", async (route) => {
    const { pathname } = new URL(route.request().url());
    if (pathname.startsWith("/api/")) return route.fallback();
    const answer = await fetch(route.request().url());
    await route.fulfill({ status: answer.status, contentType: answer.headers.get("content-type") ?? "", body: Buffer.from(await answer.arrayBuffer()) });
  });
}

await write(NUMBER, "Before the network goes");
const views = [
  { code: "en", language: "en-US", width: 1440, height: 900 },
  { code: "ar", language: "ar-SA", width: 360, height: 760 },
];
await stories(views, async (page, { code, width }) => {
  const words = WORDS[code];
  await enter(page);
  await keepFiles(page);
  const network = page.context();

  await network.setOffline(true);
  await page.goto(`${api}/channels`);
  await page.getByText(words.closed).waitFor();
  await page.getByText(words.failed).waitFor();
  await network.setOffline(false);
  await page.locator("article").first().waitFor();
  await page.unrouteAll({ behavior: "ignoreErrors" }); // what is fetched ahead may still be under way

  // An open page loses the network: what it shows stays, the line says what is going on, and nothing is reloaded.
  await page.goto(`${api}/inbox?tab=bot`);
  await page.locator("[data-conversation]").first().waitFor();
  await page.locator("[data-conversation]").first().click();
  await page.locator("#reply").waitFor();
  await page.goBack();
  await page.evaluate(() => (window.isSamePage = true));
  // The other pages' code is fetched when the page is idle: until nothing more has come for a while.
  const fetched = () => page.evaluate(() => performance.getEntriesByType("resource").filter(({ name }) => name.includes("/assets/")).length);
  await until(async () => {
    const before = await fetched();
    await page.waitForTimeout(1_500);
    return before === (await fetched());
  }, "end of what is fetched ahead", 30);
  await network.setOffline(true);
  await page.getByText(words.line).waitFor();
  check((await page.locator("[data-conversation]").count()) > 0, "the list went away with the network");
  await page.locator("nav:visible a[href='/flows']").click();
  await page.getByText(words.flows).waitFor();
  await page.getByText(words.failed).waitFor();
  await page.locator("nav:visible a[href^='/settings']").click();
  await page.getByText(words.failed).first().waitFor();
  await page.locator("nav:visible a[href='/flows']").click();
  await page.getByText(words.flows).waitFor();

  const text = `written while ${width} px were offline, ${Date.now()}`;
  await write(NUMBER, text);
  await network.setOffline(false);
  await page.locator("a[href^='/flows/']").first().waitFor();
  await page.getByText(words.line).waitFor({ state: "detached" });
  await page.locator("nav:visible a[href^='/inbox']").click();
  await page.getByRole("tab").nth(2).click(); // the bot's
  await page.locator(`[data-conversation='${(await conversationOf(NUMBER)).id}']`).click();
  await page.getByRole("main").getByText(text).first().waitFor();
  check(await page.evaluate(() => window.isSamePage), "the page was loaded anew");
});
