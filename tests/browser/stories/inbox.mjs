// A conversation, live: it appears without a reload, is taken over, answered, handed back.
import { api, check, conversationOf, logIn, received, story, thread, until, write } from "./stage.mjs";

const NUMBER = "+966500000102";

await story(async (page) => {
  await logIn(page);
  await page.goto(`${api}/inbox?tab=bot`);
  await page.locator("#inbox-search").waitFor();
  await write(NUMBER, "Good morning");
  const { id } = await until(() => conversationOf(NUMBER), "conversation");
  await page.locator(`[data-conversation='${id}']`).click();
  await page.locator("#reply").waitFor();
  const screens = [];
  const answers = [];
  for (let n = 1; n <= 20; n += 1) {
    const text = `Hello number ${n} of twenty`;
    const had = (await received(NUMBER)).length;
    const begun = performance.now();
    const answered = until(async () => (await received(NUMBER)).length > had, "answer of the bot").then(() => answers.push(performance.now() - begun));
    await write(NUMBER, text);
    await page.getByText(text, { exact: true }).last().waitFor();
    screens.push(performance.now() - begun);
    await answered;
  }
  const [screen, answer] = [screens, answers].map((times) => times.sort((a, b) => a - b)[10]);
  console.log(`on the agent's screen after ${Math.round(screen)} ms (promised 500), answered after ${Math.round(answer)} ms (promised 300): medians of twenty`);
  check(screen < 2000 && answer < 2000, "messages came far too late");

  await page.getByRole("button", { name: "Take over", exact: true }).click();
  await page.getByRole("button", { name: "Hand back" }).waitFor();
  await page.locator("#reply").fill("A person is here now. One moment.");
  await page.keyboard.press("Enter");
  await until(async () => (await received(NUMBER)).some((message) => message.text?.body.startsWith("A person is here")), "answer of the agent on the phone");
  await write(NUMBER, "Thank you");
  await page.getByText("Thank you", { exact: true }).last().waitFor();
  // A turn files a message and whatever the bot says to it at once: what is on the screen is all there is.
  const quiet = await thread(NUMBER, 2);
  check(quiet.join(" | ") === "out A person is here now. One moment. | in Thank you", `the bot spoke while a person had the conversation: ${quiet}`);

  await page.getByRole("button", { name: "Hand back" }).click();
  await page.getByRole("button", { name: "Take over", exact: true }).waitFor();
  await write(NUMBER, "menu");
  await until(async () => (await received(NUMBER)).at(-1)?.interactive?.type === "list", "menu on the phone after the hand-back");
  const after = await thread(NUMBER, 3);
  check(after.join(" | ") === "in Thank you | in menu | out list", `the hand-back went wrong: ${after}`);
});
