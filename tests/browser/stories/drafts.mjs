// Two people in one draft: each learns of the other, what both did is joined, nobody's work is lost; and what is written without a network is sent later.
import { lookOnce } from "./look.mjs";
import { api, check, demo, enter, open, story, until } from "./stage.mjs";

const ask = async (method, path, body) => {
  const answer = await fetch(`${api}${path}`, { method, headers: { Authorization: `Bearer ${demo.personal_access_token}`, "Content-Type": "application/json" }, ...(body && { body: JSON.stringify(body) }) });
  check(answer.ok, `${method} ${path}: ${await answer.clone().text()}`);
  return answer.json();
};
const say = (id, y) => ({ id, type: "whatsapp_reply", name: id, config: { message: { en: id } }, position: { x: 0, y } });
const nodes = [{ id: "start", type: "whatsapp_trigger", name: "Start", config: { trigger_type: "new_conversation" }, position: { x: 0, y: 0 } }, say("hello", 200), say("bye", 400)];
const edges = [{ id: "1", source: "start", target: "hello" }, { id: "2", source: "hello", target: "bye" }];
const bot = await ask("POST", "/api/bots", { name: "Shared", blueprint: { name: "Shared", nodes, edges } });
const textsOf = async () => Object.fromEntries((await ask("GET", `/api/bots/${bot.id}/flow`)).blueprint.nodes.slice(1).map((node) => [node.id, node.config.message.en]));

async function openStep(page, id) {
  await page.goto(`${api}/flows/${bot.id}?version=draft&node=${id}`);
  const field = page.locator("aside [data-field=message] textarea").first();
  await field.waitFor();
  return field;
}

await story(async (page, stage) => {
  await enter(page);
  const mine = await openStep(page, "hello");
  const other = await open(stage, {});
  await enter(other);
  const theirs = await openStep(other, "bye");
  await other.getByText("Open in another tab of yours").waitFor();
  await page.getByText("Open in another tab of yours").waitFor({ timeout: 20_000 });

  // One saves; the other, who has nothing of the own to lose, sees it.
  await theirs.fill("See you");
  await until(async () => (await textsOf()).bye === "See you", "saved draft");
  await until(async () => /See you/u.test(await page.locator('.react-flow__node[data-id="bye"]').innerText()), "colleague's text on the canvas", 25);

  // Without a network: kept here, over a reload too, and sent when it is back.
  await page.context().setOffline(true);
  await mine.fill("Good morning");
  await page.getByText("Not sent yet").waitFor();
  await page.context().setOffline(false);
  await until(async () => (await textsOf()).hello === "Good morning", "text that was written offline", 40);

  // Both change: what oneself did in another tab, and does not touch this, is joined without a word.
  await page.context().setOffline(true);
  await mine.fill("Mine");
  await page.getByText("Not sent yet").waitFor();
  await until(async () => (await other.locator('.react-flow__node[data-id="hello"]').innerText()).includes("Good morning"), "newest draft at the colleague's", 25);
  await theirs.fill("Theirs");
  await until(async () => (await textsOf()).bye === "Theirs", "colleague's second saving");
  await page.context().setOffline(false);
  await until(async () => {
    const texts = await textsOf();
    return texts.hello === "Mine" && texts.bye === "Theirs";
  }, "joined draft", 40);

  // Both change one step: one is asked, and nothing is overwritten before.
  await page.context().setOffline(true);
  await mine.fill("Mine again");
  await page.getByText("Not sent yet").waitFor();
  const same = await openStep(other, "hello");
  await until(async () => (await same.inputValue()) === "Mine", "newest draft in the other tab", 25);
  await same.fill("Theirs too");
  await until(async () => (await textsOf()).hello === "Theirs too", "the other tab's saving");
  await page.context().setOffline(false);
  const dialog = page.getByRole("dialog", { name: /You, in another tab, changed this flow/u });
  await dialog.waitFor({ timeout: 40_000 });
  const found = await lookOnce(page, "two in one draft", "en");
  check(found.length === 0, found.join("\n"));
  check((await textsOf()).hello === "Theirs too", "the draft was overwritten before anybody was asked");
  await dialog.getByRole("button", { name: "Join both" }).click();
  await until(async () => (await textsOf()).hello === "Mine again", "the side that was chosen");
});
