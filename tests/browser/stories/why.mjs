// Why a bot said something: a customer writes on a phone, the inbox tells the reason, the canvas lights the way and counts who came.
import { api, check, conversationOf, enter, simulator, stories } from "./stage.mjs";
import { LANGUAGES, lookOnce, speak } from "./look.mjs";

const WORDS = {
  en: { why: "Why did the bot say this?", canvas: "Show on the canvas", said: "Said this message", counts: "Counts", more: "More", came: /came/u },
  ar: { why: "لماذا قال البوت هذا؟", canvas: "اعرضه على اللوحة", said: "قالت هذه الرسالة", counts: "الأعداد", more: "المزيد", came: /جاء/u },
};
// What stands on a phone is in its person's language; the story reads English there.
const NUMBERS = { en: "+966500000151", ar: "+966500000152" };

for (const [code, number] of Object.entries(NUMBERS)) {
  const body = JSON.stringify({ number, name: `Why ${code}`, language: "en" });
  const answer = await fetch(`${simulator}/phones`, { method: "POST", headers: { "Content-Type": "application/json" }, body });
  check(answer.ok, `no phone: ${await answer.text()}`);
}

const VIEWS = [
  { ...LANGUAGES[0], width: 1440, height: 900 },
  { ...LANGUAGES[1], width: 360, height: 760 },
];

await stories(VIEWS, async (page, { code, width }, stage) => {
  const words = WORDS[code];
  const phone = await (await stage.newContext({ viewport: { width: 1200, height: 800 }, locale: "en-US" })).newPage();
  await phone.goto(simulator);
  await phone.getByRole("button", { name: new RegExp(NUMBERS[code].slice(1), "u") }).click();
  await phone.getByRole("textbox", { name: "Message" }).fill("Hello");
  await phone.keyboard.press("Enter");
  await phone.getByRole("log").locator("button[aria-pressed]").first().waitFor();

  await speak(page, code);
  await enter(page);
  await page.goto(`${api}/inbox/${(await conversationOf(NUMBERS[code])).id}?tab=bot`);
  await page.getByRole("button", { name: words.why }).last().click();
  await page.getByText(words.said).waitFor();
  const barriers = await lookOnce(page, `why ${code}`, code);
  await page.getByRole("link", { name: words.canvas }).click();
  await page.waitForURL(/\/flows\/.*path=/u);
  const isPhone = width < 720;
  if (isPhone) await page.locator("ol > li").first().waitFor();
  else check((await page.locator("[data-lit]").first().waitFor(), (await page.locator("[data-lit]").count()) >= 2), "no way is lit");

  if (isPhone) await page.getByRole("button", { name: words.more, exact: true }).click();
  await page.getByRole(isPhone ? "menuitem" : "button", { name: words.counts }).click();
  const count = page.locator("[data-counts]").filter({ visible: true }).first();
  await count.waitFor();
  check(words.came.test(await count.innerText()), `the counts say nothing: ${await count.innerText()}`);
  barriers.push(...(await lookOnce(page, `counts ${code}`, code)));
  check(barriers.length === 0, barriers.join("\n"));
});
