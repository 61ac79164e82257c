// A new business: faults are said at their fields, then the account and its workspace are there.
import { api, check, story } from "./stage.mjs";

await story(async (page) => {
  await page.goto(`${api}/register`);
  const next = () => page.locator("form button[type=submit]").click();
  await page.locator("input[name=name]").waitFor();
  await next();
  check((await page.locator("[aria-invalid=true]").count()) >= 2, "empty fields were not named");
  await page.locator("input[name=name]").fill("هند القحطاني");
  await page.locator("input[name=email]").fill(`hind-${Date.now()}@qamar.example`);
  await page.locator("input[name=password]").fill("short");
  await next();
  check((await page.locator("input[name=password][aria-invalid=true]").count()) === 1, "a short password was taken");
  await page.locator("input[name=password]").fill("a long sentence is easy to keep");
  await next();
  await page.locator("input[name=workspace_name]").fill("مخبز القمر");
  await next();
  await page.waitForFunction(() => !document.querySelector("input[name=workspace_name]"));
  await page.goto(`${api}/inbox`);
  await page.locator("#inbox-search").waitFor();
  check((await page.locator("[data-conversation]").count()) === 0, "a new workspace saw somebody's conversations");
});
