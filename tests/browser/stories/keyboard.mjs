// All by keyboard, in both directions of reading: the order of the page, the inbox's keys, menus, dialogs that keep the focus and give it back.
import { LANGUAGES, speak } from "./look.mjs";
import { api, check, demo, enter, received, stories, until, write } from "./stage.mjs";

const focused = (page) => page.evaluate(() => [document.activeElement?.id, document.activeElement?.getAttribute("role"), document.activeElement?.textContent?.trim()].join("|"));
const isInside = (page, selector) => page.evaluate((where) => Boolean(document.activeElement?.closest(where)), selector);
const openId = (page) => /inbox\/([^?]+)/u.exec(page.url())?.[1];

async function walkPage(page) {
  await page.goto(`${api}/inbox?tab=bot`);
  await page.locator("[data-conversation]").nth(1).waitFor();
  await page.keyboard.press("Tab");
  check((await page.evaluate(() => document.activeElement?.getAttribute("href"))) === "#page", "the first stop is not the way past the places");
  await page.keyboard.press("Enter");
  check(await page.evaluate(() => document.activeElement?.id === "page"), "the way past the places leads elsewhere");
  await page.keyboard.press("Tab");
  check(await isInside(page, "[role=tab]"), `after the places comes ${await focused(page)}`);
  await page.keyboard.press("Tab");
  check(await page.evaluate(() => document.activeElement?.id === "inbox-search"), `after the tabs comes ${await focused(page)}`);
  for (let stop = 0; stop < 2; stop += 1) await page.keyboard.press("Tab");
  check(await isInside(page, "[data-conversation]"), `after the search comes ${await focused(page)}`);
  await page.keyboard.press("Enter");
  await page.locator("#reply").waitFor();
}

async function useInboxKeys(page, code) {
  await page.goto(`${api}/inbox?tab=bot`);
  const rows = page.locator("[data-conversation]");
  await rows.nth(1).waitFor();
  const ids = await rows.evaluateAll((links) => links.map((link) => link.dataset.conversation));
  await page.keyboard.press("j");
  await page.waitForURL((url) => url.pathname.endsWith(ids[0]));
  await page.keyboard.press("j");
  await page.waitForURL((url) => url.pathname.endsWith(ids[1]));
  await page.keyboard.press("k");
  await page.waitForURL((url) => url.pathname.endsWith(ids[0]));
  await page.locator("#reply").waitFor();
  await page.keyboard.press("r");
  check(await page.evaluate(() => document.activeElement?.id === "reply"), "r does not lead to the answer");
  await page.keyboard.type("jke/");
  check((await page.locator("#reply").inputValue()) === "jke/", "keys meant as text did something else");
  check(openId(page) === ids[0], "a letter of the answer walked the list");
  await page.locator("#reply").fill("");
  await page.keyboard.press("Escape");
  await page.keyboard.press("/");
  check(await page.evaluate(() => document.activeElement?.id === "inbox-search"), "/ does not search");
  await page.keyboard.press("Escape");
  await page.locator("body").press("e");
  const undo = page.locator("[data-radix-collection-item], li").getByRole("button", { name: code === "ar" ? "تراجع" : "Undo" });
  await undo.waitFor();
  await rows.and(page.locator(`[data-conversation="${ids[0]}"]`)).waitFor({ state: "detached" });
  await undo.press("Enter");
  await page.locator(`[data-conversation="${ids[0]}"]`).waitFor();
}

async function useTabs(page, code) {
  await page.goto(`${api}/inbox?tab=mine`);
  const tabs = page.getByRole("tab");
  await tabs.first().focus();
  await page.keyboard.press(code === "ar" ? "ArrowLeft" : "ArrowRight");
  await page.waitForURL(/tab=unassigned/u);
  await until(async () => (await tabs.nth(1).getAttribute("aria-selected")) === "true", "move to the next tab in the direction of reading");
}

async function useMenus(page) {
  const self = page.locator("nav:visible > button").last();
  await self.focus();
  await page.keyboard.press("Enter");
  await page.getByRole("menu").waitFor();
  check(await isInside(page, "[role=menu]"), "the menu did not take the focus");
  await page.keyboard.press("ArrowDown");
  check(/^\|menuitem/u.test(await focused(page)), `an arrow in the menu leads to ${await focused(page)}`);
  await page.keyboard.press("Escape");
  await page.getByRole("menu").waitFor({ state: "detached" });
  await until(() => self.evaluate((button) => button === document.activeElement), "focus back on the menu's button");
}

/** Opened by a key, a dialog takes the focus, keeps it, and gives it back to the button that opened it. */
async function useDialog(page, place, button) {
  await page.goto(`${api}/${place}`);
  const opener = page.locator(button).first();
  await opener.waitFor();
  await opener.focus();
  await page.keyboard.press("Space");
  await page.getByRole("dialog").waitFor();
  await until(() => isInside(page, "[role=dialog]"), `focus in the dialog of ${place}`);
  for (let stop = 0; stop < 14; stop += 1) {
    await page.keyboard.press(stop % 5 === 4 ? "Shift+Tab" : "Tab");
    check(await isInside(page, "[role=dialog]"), `the focus left the dialog of ${place} for ${await focused(page)}`);
  }
  await page.keyboard.press("Escape");
  await page.getByRole("dialog").waitFor({ state: "detached" });
  await until(() => opener.evaluate((element) => element === document.activeElement), `focus back on the button of ${place}`);
}

async function walkFlow(page) {
  await page.goto(`${api}/flows`);
  const flow = page.locator("main a[href^='/flows/']:not([href='/flows/answers'])").first();
  await flow.waitFor();
  await flow.press("Enter");
  const steps = page.locator("aside ol button");
  await steps.first().waitFor();
  await steps.nth(1).focus();
  await page.keyboard.press("Enter");
  await page.waitForURL(/node=/u);
}

// An answer brings its conversation to the top: the list stands still once all are answered.
for (const number of ["+966500000101", "+966500000102", "+966500000173"]) {
  const had = (await received(number)).length;
  await write(number, "Hello there");
  await until(async () => (await received(number)).length > had, "answer of the bot");
}
await stories([LANGUAGES[0]], async (page, { code }) => {
  await speak(page, code);
  await enter(page);
  await until(async () => {
    const answer = await fetch(`${api}/api/conversations?mode=bot`, { headers: { Authorization: `Bearer ${demo.personal_access_token}` } });
    return (await answer.json()).data.length >= 3;
  }, "three conversations with the bot");
  await walkPage(page);
  await useInboxKeys(page, code);
  await walkFlow(page);
});
await stories(LANGUAGES, async (page, { code }) => {
  await speak(page, code);
  await enter(page);
  await useTabs(page, code);
  await useMenus(page);
  await useDialog(page, "channels", "main article button[aria-haspopup=dialog]");
  await useDialog(page, "flows", "main header button");
  await useDialog(page, "settings/keys", "main button");
  await useDialog(page, "settings/members", "main section button");
});
