// A table is made, filled, edited with the keyboard, filtered, imported into; a row is deleted and brought back. Both languages, both sizes.
import { api, check, checkWidth, findBarriers, newPerson, stories } from "./stage.mjs";

const WORDS = {
  "en-US": { create: "New table", name: "Name", add: "Add a row", more: "More about this table", import: "Import a CSV file", start: "Import 2 rows", close: "Close", remove: "Delete", undo: "Undo", done: /^Done: 2 added/u, search: "Search in all columns", moreRow: "More about this row", back: "All tables" },
  "ar-SA": { create: "جدول جديد", name: "الاسم", add: "أضف صفا", more: "المزيد عن هذا الجدول", import: "استيراد ملف CSV", start: "استورد صفين", close: "إغلاق", remove: "حذف", undo: "تراجع", done: /^تم: أضيف/u, search: "ابحث في كل الأعمدة", moreRow: "المزيد عن هذا الصف", back: "كل الجداول" },
};
const views = [
  { language: "en-US", width: 1440 },
  { language: "ar-SA", width: 360, height: 760 },
];

await stories(views, async (page, { language, width }) => {
  const words = WORDS[language];
  await newPerson(page);
  await page.goto(`${api}/data`);
  await page.getByRole("button", { name: words.create }).click();
  await page.getByRole("dialog").getByLabel(words.name, { exact: true }).fill("Menu");
  await page.getByRole("dialog").getByRole("button", { name: words.create }).click();
  await page.getByRole("heading", { name: "Menu" }).waitFor();
  await page.getByRole("button", { name: words.add }).click();
  await page.getByRole("dialog").getByLabel("code").fill("=SUM(1)");
  await page.getByRole("dialog").getByRole("button", { name: words.add }).click();
  const shown = (text) => page.getByText(text, { exact: true }).filter({ visible: true });
  await shown("=SUM(1)").waitFor();
  await page.getByRole("button", { name: words.more }).click();
  await page.getByRole("menuitem", { name: words.import }).click();
  await page.locator("input[type=file]").setInputFiles({ name: "menu.csv", mimeType: "text/csv", buffer: Buffer.from("code;comment\nشاي;1\nlatte;2\n") });
  await page.getByRole("button", { name: words.start }).click();
  await page.getByText(words.done).waitFor();
  await page.screenshot({ path: `${process.env.PICTURES}/import-${language}-${width}.png` });
  await page.getByRole("dialog").getByRole("button", { name: words.close }).click();
  await shown("latte").waitFor();
  if (width > 500) {
    await page.locator('[data-cell="0.0"]').focus();
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    await page.keyboard.press("Control+A");
    await page.keyboard.type("mocha");
    await page.keyboard.press("Enter");
    await shown("mocha").waitFor();
    await page.getByRole("row", { name: /mocha/u }).hover();
    await page.getByRole("row", { name: /mocha/u }).getByRole("button", { name: words.remove }).click();
  } else {
    await page.getByRole("button", { name: words.moreRow }).last().click();
    await page.getByRole("menuitem", { name: words.remove }).click();
  }
  const gone = width > 500 ? "mocha" : "latte";
  await shown(gone).waitFor({ state: "detached" }).catch(() => undefined);
  await page.getByRole("button", { name: words.undo }).click();
  await shown(gone).waitFor();
  await page.getByLabel(words.search).fill("شاى");
  await shown(gone).waitFor({ state: "hidden" });
  await shown("شاي").waitFor(); // the search finds another spelling
  await checkWidth(page, "a table");
  const barriers = await findBarriers(page, "a table");
  check(barriers.length === 0, barriers.join("\n"));
  await page.screenshot({ path: `${process.env.PICTURES}/table-${language}-${width}.png` });
  await page.getByRole("link", { name: words.back }).click();
  await page.getByText("Menu", { exact: true }).waitFor();
});
