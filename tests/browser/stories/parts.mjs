// The gallery of parts: every part in both languages, sizes and themes, and what each that can be used does by keyboard.
import { LANGUAGES, look, speak } from "./look.mjs";
import { api, check, stories, until } from "./stage.mjs";

const barriers = [];
const isFocused = (part) => part.evaluate((element) => element === document.activeElement);

async function useSelect(page, light, words) {
  const select = light.getByLabel(words.choice);
  await select.focus();
  await page.keyboard.press("Enter");
  await until(() => isFocused(page.getByRole("option").first()), "focus on the first line of the list");
  await page.keyboard.press("ArrowDown");
  await until(() => isFocused(page.getByRole("option").nth(1)), "focus on the second line of the list");
  await page.keyboard.press("Enter");
  await select.getByText(words.choiceTwo).waitFor();
  await until(() => isFocused(select), "focus back on the list's button");
  await page.keyboard.press("Space");
  await until(() => isFocused(page.getByRole("option").nth(1)), "focus on the chosen line of the list");
  await page.keyboard.press("Escape");
  await select.getByText(words.choiceTwo).waitFor();
}

async function useMenu(page, light, words) {
  const button = light.getByRole("button", { name: words.openMenu });
  await button.focus();
  await page.keyboard.press("Enter");
  const items = page.getByRole("menuitem");
  await items.first().waitFor();
  await until(() => isFocused(items.first()), "focus on the first line of the menu");
  await page.keyboard.press("End");
  const last = page.getByRole("menuitemradio").last();
  await until(() => isFocused(last), "focus on the last line of the menu");
  await page.keyboard.press("Space");
  await until(() => isFocused(button), "focus back on the menu's button");
  await page.keyboard.press("Enter");
  check((await last.getAttribute("aria-checked")) === "true", "the choice of the menu was not kept");
  await page.keyboard.press("Escape");
}

async function useDialogs(page, light, words) {
  for (const name of [words.openDialog, words.openSheet]) {
    const button = light.getByRole("button", { name });
    await button.focus();
    await page.keyboard.press("Space");
    const dialog = page.getByRole("dialog");
    await dialog.waitFor();
    for (let stop = 0; stop < 5; stop += 1) {
      await page.keyboard.press("Tab");
      check(await dialog.evaluate((element) => element.contains(document.activeElement)), `the focus left what "${name}" opened`);
    }
    await page.keyboard.press("Escape");
    await dialog.waitFor({ state: "detached" });
    await until(() => isFocused(button), `focus back on "${name}"`);
  }
}

async function useTabsAndSwitch(page, light, words, code) {
  await light.getByRole("tab").first().focus();
  await page.keyboard.press(code === "ar" ? "ArrowLeft" : "ArrowRight");
  await until(async () => (await light.getByRole("tab").nth(1).getAttribute("aria-selected")) === "true", "choice of the next tab by an arrow");
  await light.getByRole("tabpanel").getByText(words.nobody).waitFor();
  const sounds = light.getByRole("switch", { name: words.sounds });
  const before = await sounds.getAttribute("aria-checked");
  await sounds.focus();
  await page.keyboard.press("Space");
  await until(async () => (await sounds.getAttribute("aria-checked")) !== before, "turn of the switch by Space");
}

async function useTooltipAndToast(page, light, words) {
  const told = light.getByRole("button", { name: words.tip });
  await told.scrollIntoViewIfNeeded();
  // What scrolls takes its tooltip away, and on a busy machine the scrolling ends after the key: then it is asked for again.
  await until(async () => {
    await light.getByRole("button", { name: words.openMenu }).focus();
    await page.keyboard.press("Tab");
    check(await isFocused(told), "after the menu's button comes something else");
    return page.getByRole("tooltip").waitFor({ timeout: 3000 }).then(() => true, () => false);
  }, "tooltip");
  await page.keyboard.press("Escape");
  await page.getByRole("tooltip").waitFor({ state: "detached" });
  await light.getByRole("button", { name: words.showToast }).press("Enter");
  const undo = page.getByRole("region").getByRole("button", { name: words.undo });
  await undo.waitFor();
  await page.keyboard.press("F8"); // leads to what was told last, from wherever one is
  await until(() => page.evaluate(() => Boolean(document.activeElement?.closest("[role=region]"))), "focus among the toasts");
  await undo.press("Enter");
  await undo.waitFor({ state: "detached" });
  await light.getByRole("status", { name: words.undo }).getByText("1").waitFor();
}

await stories(LANGUAGES, async (page, { code }) => {
  const { default: words } = await import(`../../../web/src/i18n/${code}/parts.json`, { with: { type: "json" } });
  await speak(page, code);
  await page.goto(`${api}/_parts`);
  const light = page.getByRole("region", { name: words.light });
  await light.waitFor();
  await page.getByText(words.headline).first().waitFor();
  barriers.push(...(await look(page, "parts", code)));
  await useSelect(page, light, words);
  await useMenu(page, light, words);
  await useDialogs(page, light, words);
  await useTabsAndSwitch(page, light, words, code);
  await useTooltipAndToast(page, light, words);
});
check(barriers.length === 0, `axe found:\n${barriers.join("\n")}`);
