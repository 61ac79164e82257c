// Who else speaks: the owner on the phone, history, WhatsApp itself, each done on the phone's page and seen on the dashboard; and an agent who answers while the bot waits.
import { PHONE } from "./look.mjs";
import { api, channel, check, checkWidth, conversationOf, enter, open, received, simulator, story, until, write } from "./stage.mjs";

const ECHOED = "+966500000191";
const PAST = "+966500000192";
const WAITING = "+966500000193";
const ask = async (path, body) => {
  const answer = await fetch(`${simulator}${path}`, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
  check(answer.ok, `the simulator refused: ${await answer.text()}`);
};
for (const [number, name] of [[ECHOED, "Huda Zahrani"], [PAST, "Lina Farouk"], [WAITING, "Omar Haddad"]]) await ask("/phones", { number, name, language: "en" });
for (const number of [ECHOED, WAITING]) {
  await write(number, "hello");
  await until(async () => (await received(number)).length > 0, "greeting of the bot");
}

/** On the phone's page, as somebody else than the person. */
async function act(phone, number, doing, fill, button) {
  await phone.getByRole("button", { name: new RegExp(number.slice(1)) }).first().click();
  await phone.getByRole("button", { name: doing }).click();
  const dialog = phone.getByRole("dialog");
  await fill(dialog);
  await dialog.getByRole("button", { name: button, exact: true }).click();
  await phone.getByText("Done. Hoopoe was told.").waitFor();
}

await story(async (page, stage) => {
  await enter(page);
  const phone = await open(stage, {});
  await phone.goto(simulator);
  const main = page.locator("main");
  const see = (text) => main.getByText(text).filter({ visible: true }).first().waitFor();
  const visit = async (number) => {
    const { id } = await until(() => conversationOf(number), "conversation");
    await page.goto(`${api}/inbox/${id}`);
    await main.locator("header h2").waitFor();
  };

  // An echo: the conversation is people's, the bot is quiet, and one sees who wrote.
  await visit(ECHOED);
  await see("With the bot");
  await act(phone, ECHOED, "The owner writes", (dialog) => dialog.getByRole("textbox").fill("I will call you at five"), "Write");
  await main.getByText("I will call you at five").waitFor();
  await main.getByText("From the phone", { exact: true }).waitFor();
  await main.getByText("Somebody wrote on the phone. The bot is quiet until you hand back.").waitFor();
  await see("Waiting for somebody");
  const before = (await received(ECHOED)).length;
  await write(ECHOED, "menu");
  await main.getByText("menu", { exact: true }).last().waitFor();
  check((await received(ECHOED)).length === before, "the bot spoke after the owner had");
  // At the width of a phone the name has room beside what can be done.
  await page.setViewportSize(PHONE);
  const [name, button] = await Promise.all([main.locator("header h2").boundingBox(), main.locator("header").getByRole("button", { name: "Take over", exact: true }).filter({ visible: true }).first().boundingBox()]);
  check(name.x + name.width <= button.x, "the button stands on the name");
  await checkWidth(page, "the thread on a phone");
  await page.setViewportSize({ width: 1440, height: 900 });

  // History: shown as such, under the name of the contact book, with words of its own for the window.
  await act(phone, PAST, "Import history", async (dialog) => {
    await dialog.getByRole("textbox").nth(0).fill("Do you deliver to Malqa?");
    await dialog.getByRole("textbox").nth(1).fill("Yes, until eleven");
  }, "Import");
  await until(async () => (await conversationOf(PAST))?.contact.name === "Lina Farouk", "name from the contact book");
  await visit(PAST);
  await main.getByText("Imported from the phone").waitFor();
  await main.getByText("Do you deliver to Malqa?").waitFor();
  await main.getByText("Yes, until eleven").waitFor();
  await main.getByText(/This was imported, and opens no window/u).waitFor();
  check((await main.getByText("has not written yet").count()) === 0, "who wrote before is said not to have written");
  await main.locator("header h2", { hasText: "Lina Farouk" }).waitFor();
  check((await received(PAST)).length === 0, "a bot answered history");

  // The same message at the same time on both screens.
  await visit(WAITING);
  const shown = await page.getByLabel("Messages with Omar Haddad").locator("time").first().innerText();
  await phone.getByRole("button", { name: new RegExp(WAITING.slice(1)) }).first().click();
  await phone.getByRole("log").getByText(shown).first().waitFor();

  // An agent answers while the bot waits: the button says what it does, and does it.
  await page.locator("#reply").fill("A person is here");
  await page.getByRole("button", { name: "Take over and send" }).filter({ visible: true }).first().click();
  await main.getByText("You took over").waitFor();
  await until(async () => (await received(WAITING)).some((message) => message.text?.body === "A person is here"), "the agent's words on the phone");

  // Every step of it, when it was played too; and when another failed.
  const [{ id: wamid }] = (await received(WAITING)).filter((message) => message.text?.body === "A person is here");
  const status = (given) => ({ field: "messages", value: { messaging_product: "whatsapp", metadata: { display_phone_number: channel.number.slice(1), phone_number_id: channel.phone_number_id }, statuses: [{ id: wamid, recipient_id: WAITING.slice(1), timestamp: String(Math.floor(Date.now() / 1000)), ...given }] } });
  await ask(`/world/channels/${channel.phone_number_id}/events`, status({ status: "played" }));
  await main.locator('[title*="Played"]').last().waitFor({ timeout: 15_000 });
  await ask("/world/faults", { faults: [{ kind: "fail_code", code: 131026, probability: 1, count: 1 }] });
  await page.locator("#reply").fill("And this one fails");
  await page.keyboard.press("Enter");
  await main.getByText(/Failed \d\d:\d\d/u).waitFor();
  await ask("/world/faults", { faults: [] });

  // WhatsApp says something of the account.
  await act(phone, WAITING, "WhatsApp says", async (dialog) => {
    await dialog.getByRole("combobox").click();
    await phone.getByRole("option", { name: "The number's quality is low" }).click();
  }, "Tell Hoopoe");
  await page.goto(`${api}/monitoring/whatsapp`);
  await main.locator("ol article").first().waitFor();
  await until(async () => /quality/iu.test(await main.innerText()), "news of the number's quality");
  await page.setViewportSize(PHONE);
  check((await page.getByRole("button", { name: "More" }).getAttribute("aria-current")) === "page", "nobody sees where Monitoring is");
});
