// Bots as files: one of another product is read before anything is made, made, and written out again; both languages, both sizes.
import { readFileSync } from "node:fs";
import { api, check, checkWidth, findBarriers, newPerson, stories } from "./stage.mjs";

const FILES = new URL("../../flows/exchange/", import.meta.url);
const file = (name) => ({ name: name.split("/").at(-1), mimeType: "application/json", buffer: readFileSync(new URL(name, FILES)) });
const WORDS = {
  "en-US": { import: "Import a bot", choose: "Choose a file", make: "Make the bot", done: "The bot is there", open: /^Open/u, more: /^More about/u, export: "Export as a file", reason: /no step like/u },
  "ar-SA": { import: "استيراد بوت", choose: "اختيار ملف", make: "إنشاء البوت", done: "البوت جاهز", open: /^فتح/u, more: /^المزيد عن/u, export: "تصدير كملف", reason: /لا توجد في هدهد خطوة/u },
};
const views = [
  { language: "en-US", width: 1440 },
  { language: "ar-SA", width: 360, height: 760 },
];

await stories(views, async (page, { language, width }) => {
  const words = WORDS[language];
  await newPerson(page);
  await page.goto(`${api}/flows`);
  await page.getByRole("button", { name: words.import }).click();
  const input = page.locator("input[type=file]");
  await input.setInputFiles({ name: "broken.json", mimeType: "application/json", buffer: Buffer.from('{"flows": [') });
  await page.getByText("This is not JSON").waitFor();
  await input.setInputFiles(file("rapidpro/airtime.json"));
  await page.getByText(words.reason).first().waitFor();
  await checkWidth(page, "the report");
  const barriers = await findBarriers(page, "the report");
  check(barriers.length === 0, barriers.join("\n"));
  await page.screenshot({ path: `${process.env.PICTURES}/report-${language}-${width}.png` });
  await page.getByRole("button", { name: words.make }).click();
  await page.getByRole("heading", { name: words.done }).waitFor();
  await page.screenshot({ path: `${process.env.PICTURES}/done-${language}-${width}.png` });
  await page.getByRole("link", { name: words.open }).click();
  await page.getByRole("heading", { name: "Thank-you airtime" }).waitFor();
  await page.goto(`${api}/flows`);
  await page.getByRole("button", { name: words.more }).click();
  const download = page.waitForEvent("download");
  await page.getByRole("menuitem", { name: words.export }).click();
  const written = JSON.parse(readFileSync(await (await download).path(), "utf8"));
  check((await download).suggestedFilename() === "thank-you-airtime.json", "the file has another name");
  check(written.format === "hoopoe.bot" && written.blueprint.nodes.length > 5, "the file is no bot");
  await page.screenshot({ path: `${process.env.PICTURES}/bots-${language}-${width}.png` });
});
