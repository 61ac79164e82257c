// One's own account: a new password, a second factor with its recovery codes, and the other browsers.
import { createHmac } from "node:crypto";
import { api, check, newPerson, open, story } from "./stage.mjs";

const BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/** What an authenticator app shows (RFC 6238), so many half minutes from now. */
function codeOf(secret, steps = 0) {
  const bits = [...secret].map((letter) => BASE32.indexOf(letter).toString(2).padStart(5, "0")).join("");
  const key = Buffer.from(bits.match(/.{8}/gu).map((byte) => Number.parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000) + steps));
  const digest = createHmac("sha1", key).update(counter).digest();
  const number = digest.readUInt32BE(digest[19] & 15) & 0x7fffffff;
  return String(number % 1_000_000).padStart(6, "0");
}

async function fillLogin(page, person, password) {
  await page.goto(`${api}/login`);
  await page.locator("input[type=email]").fill(person.email);
  await page.locator("input[type=password]").fill(password);
  await page.keyboard.press("Enter");
}

await story(async (page, browser) => {
  const person = await newPerson(page);
  const other = await open(browser, { width: 360, height: 760 });
  await fillLogin(other, person, person.password);
  await other.locator("#inbox-search").waitFor();

  await page.goto(`${api}/settings/account`);
  await page.getByRole("button", { name: "Log out Chrome on Linux" }).waitFor();
  await page.getByLabel("Current password").fill("not the password");
  await page.getByLabel("New password").fill("a longer sentence than before");
  await page.getByRole("button", { name: "Change the password" }).click();
  await page.getByText("This is not your password.").waitFor();
  await page.getByLabel("Current password").fill(person.password);
  await page.getByRole("button", { name: "Change the password" }).click();
  await page.getByText("The password is changed").first().waitFor();
  await other.waitForURL((url) => url.pathname === "/login");

  await page.getByRole("button", { name: "Switch on" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Password").fill("a longer sentence than before");
  await dialog.getByRole("button", { name: "Continue" }).click();
  await dialog.locator("svg[role=img], svg title").first().waitFor({ state: "attached" });
  const secret = await dialog.locator("input[readonly]").inputValue();
  await dialog.getByLabel("Code").fill("000000x");
  await dialog.getByRole("button", { name: "Switch on" }).click();
  await dialog.getByText("This is not what the app shows now.").waitFor();
  await dialog.getByLabel("Code").fill(codeOf(secret));
  await dialog.getByRole("button", { name: "Switch on" }).click();
  await dialog.getByText("Keep your recovery codes").waitFor();
  const codes = await dialog.getByRole("listitem").allInnerTexts();
  check(new Set(codes).size === 10, `there are ${codes.length} recovery codes`);
  await dialog.getByRole("button", { name: "I have kept them" }).click();
  await page.getByText("10 recovery codes are left.").waitFor();

  await fillLogin(other, person, "a longer sentence than before");
  await other.getByLabel("Code").fill("000000");
  await other.keyboard.press("Enter");
  await other.getByText("This code is not right").waitFor();
  await other.getByLabel("Code").fill(codeOf(secret, 1));
  await other.keyboard.press("Enter");
  await other.locator("#inbox-search").waitFor();

  const third = await open(browser, {});
  await fillLogin(third, person, "a longer sentence than before");
  await third.getByLabel("Code").fill(codes[3]);
  await third.keyboard.press("Enter");
  await third.locator("#inbox-search").waitFor();
  await page.reload();
  await page.getByText("9 recovery codes are left.").waitFor();
  await page.getByRole("button", { name: "Switch off" }).click();
  await page.getByRole("dialog").getByLabel("Password").fill("a longer sentence than before");
  await page.getByRole("dialog").getByRole("button", { name: "Switch off" }).click();
  await page.getByText("The second factor is off.").first().waitFor();

  await page.goto(`${api}/forgot`);
  await page.locator("input[type=email]").fill("nobody@example.com");
  await page.keyboard.press("Enter");
  await page.getByText("If there is an account").waitFor();
  await page.goto(`${api}/new-password#hpr_made-up`);
  await page.getByLabel("New password").fill("yet another sentence");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "This link is no longer good" }).waitFor();
});
