// The editor, the thinnest way through: an empty bot, a start and two steps, words in both languages, publish, and it answers on a phone.
import { api, check, enter, received, story, until, write } from "./stage.mjs";

const NUMBER = `+96650${String(Date.now()).slice(-7)}`; // somebody who is in the middle of nothing
const KEYWORD = `samovar ${Date.now()}`;

async function pick(page, word) {
  const search = page.getByRole("dialog").getByRole("combobox");
  await search.fill(word);
  await page.keyboard.press("Enter");
  await search.waitFor({ state: "detached" });
}

await story(async (page) => {
  await enter(page);
  await page.goto(`${api}/flows`);
  await page.getByRole("button", { name: "New bot" }).click();
  await page.getByRole("dialog").getByRole("textbox").fill("Tea house");
  await page.keyboard.press("Enter");

  await page.getByRole("button", { name: "Add the first step" }).click();
  await pick(page, "start");
  const form = page.locator("aside");
  await form.getByRole("combobox", { name: "Starts on" }).click();
  await page.getByRole("option", { name: "A keyword" }).click();
  await form.getByRole("textbox", { name: "Keywords" }).fill(KEYWORD);
  await page.keyboard.press("Enter");

  await page.locator(".react-flow__node").first().getByRole("button", { name: /^Add a step after/u }).click();
  await pick(page, "buttons");
  await form.getByRole("textbox", { name: "Message, English" }).fill("Black or green?");
  const titles = form.getByRole("textbox", { name: /^Buttons \d, Title, English/u });
  await titles.nth(0).fill("Black tea");
  await titles.nth(1).fill("Green tea");
  await page.locator("[data-saved]").waitFor();
  await page.locator(".react-flow__node").filter({ hasText: "Green tea" }).waitFor();

  await page.getByRole("button", { name: "Add a step after Green tea" }).click();
  await pick(page, "whatsapp reply");
  await until(async () => (await page.locator(".react-flow__node").count()) === 3, "third step");
  // The form of the step before may still stand there.
  const words = form.locator("textarea").first();
  await until(async () => (await words.inputValue()) === "", "form of the new step");
  await words.fill("Green it is.");
  await page.locator("[data-saved]").waitFor();

  await page.getByRole("button", { name: "Preview", exact: true }).click();
  const phone = page.getByRole("complementary", { name: "Preview" });
  await until(() => phone.getByRole("textbox", { name: "Message" }).evaluate((field) => field === document.activeElement), "focus in the preview");
  await page.keyboard.type(KEYWORD);
  await page.keyboard.press("Enter");
  await phone.getByRole("button", { name: "Green tea" }).click();
  await phone.getByText("Green it is.").waitFor();
  check((await page.locator("[data-visited]").count()) === 2, "the steps that were played are not lit");
  await phone.getByRole("button", { name: "Keep as a test" }).click();
  await page.getByRole("textbox", { name: "Name of the test" }).fill("Green");
  await page.keyboard.press("Enter");
  await page.getByText("is kept as a test.").first().waitFor();
  await phone.getByRole("textbox", { name: "Message" }).press("Escape");
  await phone.waitFor({ state: "detached" });

  await page.getByRole("button", { name: "Publish", exact: true }).click();
  await page.getByRole("dialog").getByRole("textbox").fill("The first cup");
  await page.getByRole("dialog").getByRole("button", { name: "Publish" }).click();
  await page.getByText("Version 1 answers from now on.").first().waitFor();

  await write(NUMBER, KEYWORD);
  await until(async () => (await received(NUMBER)).length > 0, "answer of the new bot", 30);
  const [first] = await received(NUMBER);
  check(first.interactive?.body?.text === "Black or green?", `the new bot said ${JSON.stringify(first)}`);
});
