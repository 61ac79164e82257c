// Who may come in: a wrong password is said, the right one opens the inbox, a reload keeps the session, logging out ends it.
import { api, check, demo, logIn, story } from "./stage.mjs";

await story(async (page) => {
  await page.goto(api);
  await page.locator("input[type=email]").fill(demo.owner.email);
  await page.locator("input[type=password]").fill("not the password at all");
  await page.keyboard.press("Enter");
  await page.locator("input[type=password][aria-invalid=true]").waitFor();
  check(new URL(page.url()).pathname === "/login", "a wrong password opened another page");
  await logIn(page);
  await page.reload();
  await page.locator("#inbox-search").waitFor();
  await page.getByRole("button", { name: "You and settings" }).click();
  await page.getByRole("menuitem", { name: "Log out" }).click();
  await page.locator("input[type=password]").waitFor();
  await page.goto(`${api}/inbox`);
  await page.waitForURL(/login/);
});
