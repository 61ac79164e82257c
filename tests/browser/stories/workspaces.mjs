// Several workspaces: settings, logo, another one, two tabs in two of them, deleted and restored.
import { api, check, newPerson, story } from "./stage.mjs";

const PIXEL = Buffer.from("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==", "base64");

await story(async (page) => {
  await newPerson(page);
  await page.goto(`${api}/settings/general`);
  await page.getByLabel("Name").fill("مقهى قمر");
  await page.getByLabel("Time zone").selectOption("Asia/Riyadh");
  await page.getByLabel("Currency").selectOption("KWD");
  await page.getByLabel("Add a language").selectOption("ur");
  await page.getByRole("button", { name: "Move Urdu up" }).click();
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByText("Saved.").first().waitFor();
  await page.reload();
  check((await page.getByLabel("Currency").inputValue()) === "KWD", "the currency was not kept");
  check((await page.getByLabel("Name").inputValue()) === "مقهى قمر", "the name was not kept");
  const languages = await page.getByRole("group", { name: "Languages of the bots" }).getByRole("listitem").allInnerTexts();
  check(languages.map((text) => text.split("\n")[0].trim()).join() === "English,Urdu,Arabic", `the languages are ${languages}`);

  await page.setInputFiles("input[type=file]", { name: "logo.svg", mimeType: "image/png", buffer: Buffer.from("<svg/>") });
  await page.getByText("Use a PNG, JPEG or WebP image").waitFor();
  await page.setInputFiles("input[type=file]", { name: "logo.png", mimeType: "image/png", buffer: PIXEL });
  await page.locator("main img").waitFor();
  await page.locator("nav img").waitFor();

  const tile = page.getByRole("button", { name: /Workspace .*مقهى قمر/u });
  await tile.click();
  await page.getByRole("menuitem", { name: "New workspace" }).click();
  await page.getByRole("heading", { name: "New workspace" }).waitFor(); // the page before has a name, too
  await page.getByLabel("Name").fill("Qamar Bakery");
  await page.getByRole("button", { name: "Make the workspace" }).click();
  await page.waitForURL((url) => url.pathname === "/channels");
  await page.getByRole("button", { name: /Workspace Qamar Bakery/u }).waitFor();

  // Another tab goes back to the first one; neither moves the other, also over reloads.
  const second = await page.context().newPage();
  await second.goto(`${api}/inbox`);
  await second.getByRole("button", { name: /Workspace Qamar Bakery/u }).click();
  await second.getByRole("menuitemradio", { name: "مقهى قمر" }).click();
  await second.getByRole("button", { name: /Workspace .*مقهى قمر/u }).waitFor();
  for (const [tab, name] of [[page, /Workspace Qamar Bakery/u], [second, /Workspace .*مقهى قمر/u]]) {
    await tab.reload();
    await tab.getByRole("button", { name }).waitFor();
  }
  await second.close();

  await page.goto(`${api}/settings/general`);
  await page.getByRole("button", { name: "Delete the workspace" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("To confirm").fill("Qamar");
  await dialog.getByRole("button", { name: "Delete the workspace" }).click();
  await dialog.getByText("Write the name exactly").waitFor();
  await dialog.getByLabel("To confirm").fill("Qamar Bakery");
  await dialog.getByRole("button", { name: "Delete the workspace" }).click();
  await page.locator("main").getByText("Qamar Bakery is deleted").waitFor();
  await page.getByRole("button", { name: /Workspace Qamar Bakery/u }).click();
  await page.getByRole("menuitemradio", { name: "مقهى قمر" }).click();
  await page.getByRole("button", { name: /Workspace .*مقهى قمر/u }).click();
  await page.getByRole("menuitemradio", { name: "Qamar Bakery (deleted)" }).click();
  await page.locator("main").getByText("Qamar Bakery is deleted").waitFor();
  await page.getByRole("button", { name: "Restore it" }).click();
  await page.locator("#inbox-search").waitFor();
});
