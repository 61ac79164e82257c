// The phone: write, get one answer, tap, choose from the list, send a place; ticks and the wire follow.
import { check, received, simulator, story, until } from "./stage.mjs";

const NUMBER = "+966500000103";

// What stands on a phone is in its person's language; the story reads English.
const changed = await fetch(`${simulator}/phones/${encodeURIComponent(NUMBER)}`, {
  method: "PATCH",
  headers: { "Content-Type": "application/json" },
  body: JSON.stringify({ language: "en" }),
});
check(changed.ok, "the phone did not change its language");

await story(async (page) => {
  await page.goto(simulator);
  await page.getByRole("button", { name: /966500000103/ }).click();
  const before = (await received(NUMBER)).length;
  await page.getByRole("textbox", { name: "Message" }).fill("Hello");
  await page.keyboard.press("Enter");
  await until(async () => (await received(NUMBER)).length === before + 1, "answer of the bot");
  const phone = page.getByRole("log");
  await phone.locator("button[aria-pressed]").first().click();
  await until(async () => (await received(NUMBER)).some((message) => message.interactive?.type === "list"), "list of the bot");
  await phone.locator("ol > li").nth(3).getByRole("button").first().click();
  await page.getByRole("dialog").getByRole("listitem").first().getByRole("button").click();
  await until(async () => (await received(NUMBER)).length >= before + 3, "answer to the choice");
  await page.getByRole("button", { name: "Send a file" }).click();
  await page.getByRole("menuitem", { name: "Location" }).click();
  await phone.getByText("Olaya, Riyadh", { exact: true }).waitFor();
  await phone.getByText("read", { exact: true }).first().waitFor({ state: "attached" });
  check((await page.locator("details").count()) > 3, "the wire shows nothing");
  await page.locator("details summary").first().click();
  await page.getByText("Nothing lost, nothing doubled").waitFor();
  const fault = page.getByRole("switch", { name: "Deliver every webhook twice" });
  await fault.click();
  await page.locator('[role=switch][aria-checked=true]').waitFor();
  await fault.click();
});
