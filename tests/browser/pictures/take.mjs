// The pictures of the README and of the docs, as the product is today: `make pictures`. WebP by the browser's own encoder.
import { writeFileSync } from "node:fs";
import { api, enter, simulator, stories } from "../stories/stage.mjs";
import { speak } from "../stories/look.mjs";
import { fill } from "./content.mjs";

const QUALITY = 82;
const made = await fill();

/** Keeps what the page shows under docs/images. */
async function keep(page, name) {
  await page.evaluate(() => document.fonts.ready);
  await page.waitForTimeout(1_200); // fades end, and what came by the stream is drawn
  const session = await page.context().newCDPSession(page);
  const { data } = await session.send("Page.captureScreenshot", { format: "webp", quality: QUALITY });
  const picture = Buffer.from(data, "base64");
  writeFileSync(`${process.env.PICTURES}/${name}.webp`, picture);
  console.log(`${name}.webp ${Math.round(picture.length / 1024)} kB`);
}

const SHOTS = {
  async "inbox-en"(page) {
    await page.goto(`${api}/inbox/${made.khalid.id}?tab=mine`);
    await page.locator("#reply").fill("See you at eight, Khalid. Shall we have the date cake ready?");
  },
  async flow(page) {
    await page.goto(`${api}/flows/${made.bookings}?version=draft&node=where`);
    await page.locator(".react-flow__node").first().waitFor();
    await page.getByRole("button", { name: "Preview", exact: true }).click();
    const field = page.locator("[role=log] ~ form input").first();
    for (const words of ["booking", "4"]) {
      await field.fill(words);
      await field.press("Enter");
      await page.waitForTimeout(1_500);
    }
  },
  async counts(page) {
    await page.goto(`${api}/flows/${made.bookings}?version=draft`);
    await page.getByRole("button", { name: "Counts", exact: true }).click();
    await page.locator("[data-counts]").first().waitFor();
  },
  async phone(page) {
    await page.goto(simulator);
    await page.getByRole("button", { name: /Lina Farouk/u }).first().click();
  },
  async data(page) {
    await page.goto(`${api}/data/${made.menu.id}`);
    await page.locator("[role=grid]").waitFor();
  },
  async "thread-ar-dark"(page) {
    await page.goto(`${api}/inbox/${made.noura.id}?tab=mine`);
    await page.locator("#reply").waitFor();
  },
};
const SIZES = { data: { height: 430 }, "thread-ar-dark": { width: 390, height: 844, theme: "dark", language: "ar-SA" } };
const VIEWS = Object.keys(SHOTS).map((name) => ({ name, width: 1440, height: 900, ...SIZES[name] }));

for (const view of VIEWS) {
  await stories([view], async (page, { name, language }) => {
    await speak(page, language === "ar-SA" ? "ar" : "en");
    await enter(page);
    await SHOTS[name](page);
    await keep(page, name);
  });
}
