// Every screen behind the login in both languages, at both sizes, in both themes, with its dialogs: right to left, nothing sticks out, no barrier for anybody.
import { LANGUAGES, look, speak } from "./look.mjs";
import { api, check, enter, stories, write } from "./stage.mjs";

const barriers = [];
await write("+966500000101", "السلام عليكم");

async function seeInside(page, code) {
  const see = async (screen, sign, place = screen) => {
    if (place) await page.goto(`${api}/${place}`);
    await page.locator(sign).first().waitFor();
    barriers.push(...(await look(page, screen, code)));
  };
  await see("inbox", "[data-conversation]", "inbox?tab=bot");
  await page.locator("[data-conversation]").first().click();
  await see("thread", "#reply", "");
  await see("flows", "main a[href^='/flows/']");
  const flow = await page.locator("main a[href^='/flows/']").first().getAttribute("href");
  await see("flow", ".react-flow__node", flow.slice(1));
  await see("channels", "article");
  await see("connect", "main ol li[aria-current=step]", "channels/connect");
  await page.locator("main ul button").last().click();
  await see("connect, details", "input[name=account_sid]", "");
  const signs = { general: "main form select", "new-workspace": "main form select", members: "main section h2", audit: "main ul li", account: "main ul li", keys: "main ul li" };
  for (const [place, sign] of Object.entries(signs)) await see(place, sign, `settings/${place}`);
  await page.locator("main button").first().click();
  await page.locator("[role=dialog] input[type=radio]").nth(1).check();
  await see("make a key", "[role=dialog] input[type=checkbox]", "");
  await see("invite", "[role=dialog] form", await press(page, "settings/members", "main section button"));
}

async function press(page, place, button) {
  await page.goto(`${api}/${place}`);
  await page.locator(button).first().click();
  return "";
}

await stories(LANGUAGES, async (page, { code }) => {
  await speak(page, code);
  await enter(page);
  await seeInside(page, code);
});
check(barriers.length === 0, `axe found:\n${barriers.join("\n")}`);
