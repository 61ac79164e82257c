// Keys and the log: a key is shown once and works, what it may not it may not, revoked it is refused, and all of it stands in the log.
import { api, check, logIn, story, until } from "./stage.mjs";

const ask = async (path, key) => (await fetch(`${api}${path}`, { headers: { "X-API-Key": key } })).status;

await story(async (page) => {
  await logIn(page);
  await page.getByRole("link", { name: "Settings" }).click();
  await page.waitForURL(/settings\/general/);
  await page.getByRole("link", { name: "Members" }).click();
  await page.getByText("owner@hoopoe.localhost").waitFor();
  await page.getByRole("link", { name: "Keys" }).click();
  await page.getByRole("button", { name: "Make a key" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Name").fill("صندوق المحل");
  await dialog.getByLabel("Only some of it").check();
  await dialog.getByRole("button", { name: "Make a key" }).click();
  await dialog.getByRole("alert").waitFor();
  await dialog.getByLabel("Read conversations").check();
  await dialog.getByRole("button", { name: "Make a key" }).click();
  const key = await dialog.locator("input[readonly]").inputValue();
  check(key.startsWith("hpt_"), `the key reads ${key.slice(0, 8)}`);
  await dialog.getByRole("button", { name: "Done" }).click();
  check((await ask("/api/conversations", key)) === 200, "the key does not open what it may");
  check((await ask("/api/bots", key)) === 403, "the key opens what it may not");
  check(!(await page.content()).includes(key), "the key is still on the page");
  const row = page.getByRole("listitem").filter({ hasText: "صندوق المحل" });
  await row.getByRole("button").click();
  await page.getByRole("dialog").getByRole("button", { name: "Revoke" }).click();
  await row.waitFor({ state: "detached" });
  await until(async () => (await ask("/api/conversations", key)) === 401, "refusal of a revoked key");
  await page.getByRole("link", { name: "Who did what" }).click();
  await page.getByText("revoked a key").first().waitFor();
  await page.getByText("made a key").first().waitFor();
});
