// Trying a bot before anybody meets it: a preview that asks another system for real and lights its way, a real conversation kept as a test,
// and the draft on one's own phone, which nobody else is let into.
import { createServer } from "node:http";
import { LANGUAGES, lookOnce, speak } from "./look.mjs";
import { api, channel, check, conversationOf, demo, enter, received, stories, thread, until, write } from "./stage.mjs";
import { wordsOf } from "./words.mjs";

const DISH = "Kabsa";
const STAMP = String(Date.now()).slice(-6);
const VIEWS = [
  { ...LANGUAGES[0], width: 1440, height: 900, mine: `+96653${STAMP}1`, other: `+96653${STAMP}2` },
  { ...LANGUAGES[1], width: 360, height: 760, mine: `+96653${STAMP}3`, other: `+96653${STAMP}4` },
];
const ask = async (method, path, body) => {
  const answer = await fetch(`${api}${path}`, { method, headers: { Authorization: `Bearer ${demo.personal_access_token}`, "Content-Type": "application/json" }, ...(body && { body: JSON.stringify(body) }) });
  check(answer.ok, `${method} ${path}: ${await answer.clone().text()}`);
  return answer.json();
};

/** What somebody's phone shows that was written to it. */
const texts = async (number) => (await received(number)).map((message) => message.text?.body ?? "");
const hears = (number, words) => until(async () => (await texts(number)).some((text) => text.startsWith(words)), `“${words}”`);

/** The kitchen: another system, which says what there is today. */
const asked = [];
const kitchen = createServer((request, response) => {
  asked.push(request.url);
  response.writeHead(200, { "Content-Type": "application/json" }).end(JSON.stringify({ name: DISH }));
});
await new Promise((resolve) => kitchen.listen(demo.outside_port, "127.0.0.1", resolve));

const flow = (keyword, question) => ({
  spec_version: 2,
  name: `Lunch ${keyword}`,
  nodes: [
    { id: "start", type: "whatsapp_trigger", name: "Start", config: { trigger_type: "keyword", keywords: [keyword] }, position: { x: 0, y: 0 } },
    { id: "kitchen", type: "http_request", name: "Kitchen", config: { url: `http://127.0.0.1:${demo.outside_port}/today?for=${keyword}`, save_as: "dish" }, position: { x: 0, y: 160 } },
    { id: "ask", type: "ask_question", name: "How many?", config: { question, variable_name: "plates", timeout: 3600 }, position: { x: -160, y: 320 } },
    { id: "thanks", type: "whatsapp_reply", name: "Thanks", config: { message: "{{ plates }} plates, {{ contact.name }}" }, position: { x: -160, y: 480 } },
    { id: "closed", type: "whatsapp_reply", name: "Closed", config: { message: "The kitchen is closed" }, position: { x: 200, y: 320 } },
  ],
  edges: [
    { id: "1", source: "start", target: "kitchen" },
    { id: "2", source: "kitchen", target: "ask", source_handle: "ok" },
    { id: "3", source: "kitchen", target: "closed", source_handle: "error" },
    { id: "4", source: "ask", target: "thanks", source_handle: "answered" },
    { id: "5", source: "ask", target: "closed", source_handle: "timeout" },
  ],
});

try {
  await stories(VIEWS, async (page, { code, width, mine, other }) => {
    const t = wordsOf(code);
    const isDesk = width >= 720;
    const barriers = [];
    const look = async (what) => {
      barriers.push(...(await lookOnce(page, `${what} ${code}`, code)));
      await page.screenshot({ path: `${process.env.PICTURES}/${what.replaceAll(" ", "-")}-${code}.png` });
    };
    const keyword = `lunch${code}${STAMP}`;
    const requests = () => asked.filter((path) => path === `/today?for=${keyword}`);
    const bot = await ask("POST", "/api/bots", { name: `Lunch ${code}`, blueprint: flow(keyword, "{{ dish.body.name }} today. How many plates?") });
    await ask("POST", `/api/bots/${bot.id}/publish`);
    const openPreview = async () => {
      await page.goto(`${api}/flows/${bot.id}?version=draft`);
      await page.getByRole("button", { name: t("preview:open"), exact: true }).click();
      await page.getByRole("log", { name: t("preview:conversation") }).waitFor();
    };
    await speak(page, code);
    await enter(page);

    // Another system is asked for real, and the way lights up: steps and connections.
    if (isDesk) {
      await openPreview();
      const phone = page.getByRole("complementary", { name: t("preview:title") });
      await phone.getByRole("textbox", { name: t("preview:message"), exact: true }).fill(keyword);
      await page.keyboard.press("Enter");
      await phone.getByRole("combobox", { name: t("preview:answering.title") }).click();
      check(requests().length === 0, "the other system was asked before anybody wanted that");
      await page.getByRole("option", { name: t("preview:answering.real") }).click();
      await phone.getByRole("log").getByText(`${DISH} today. How many plates?`).waitFor();
      check(requests().length === 1, `the other system was asked ${requests().length} times`);
      const lit = await page.locator("[data-visited]").evaluateAll((all) => all.map((each) => each.closest(".react-flow__node").dataset.id));
      check(["start", "kitchen", "ask"].every((id) => lit.includes(id)) && !lit.includes("closed"), `lit are ${lit.join(", ")}`);
      const lines = page.locator("[data-passed] .react-flow__edge-path");
      const [drawn, plain] = [await lines.evaluateAll((all) => all.map((each) => [each.id, getComputedStyle(each).stroke])), await page.locator("g:not([data-passed]) > .react-flow__edge-path").first().evaluate((each) => getComputedStyle(each).stroke)];
      check(drawn.map(([id]) => id).join() === "1,2" && drawn.every(([, stroke]) => stroke !== plain), `lit connections: ${JSON.stringify(drawn)}, others ${plain}`);
      await look("asked for real");
    }

    // A real conversation becomes a test of its bot.
    await write(mine, keyword);
    await hears(mine, `${DISH} today. How many plates?`);
    await write(mine, "4");
    await hears(mine, "4 plates");
    await page.goto(`${api}/inbox/${(await conversationOf(mine)).id}?tab=bot`);
    // The list says the same words, and has a "More" of its own.
    await page.getByRole("textbox", { name: t("inbox:composer.label") }).waitFor();
    await page.getByText(/^4 plates/u).last().waitFor();
    if (!isDesk) await page.getByRole("button", { name: t("inbox:header.more"), exact: true }).click();
    await page.getByRole(isDesk ? "button" : "menuitem", { name: t("bots:keep.title") }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("textbox", { name: t("bots:keep.name") }).fill(`Four plates ${code}`);
    await look("keep conversation");
    await page.keyboard.press("Enter");
    await dialog.getByText(`Four plates ${code}`).waitFor();
    await dialog.getByRole("button", { name: t("bots:keep.play") }).click();
    await dialog.getByText(t("bots:tests.allPassed_one")).waitFor();
    await look("kept conversation");
    await dialog.getByRole("link", { name: t("bots:keep.open") }).click();
    await page.waitForURL(new RegExp(bot.id, "u"));

    // It stands among the bot's tests, and fails once the draft says something else.
    await ask("PUT", `/api/bots/${bot.id}/flow`, { blueprint: flow(keyword, "Draft: how many?") });
    await page.goto(`${api}/flows/${bot.id}?version=draft`);
    await page.getByRole("button", { name: t("bots:tests.title") }).click();
    await dialog.getByText(`Four plates ${code}`).waitFor();
    await dialog.getByRole("button", { name: t("bots:tests.run") }).click();
    await dialog.getByText(t("bots:tests.failed"), { exact: true }).first().waitFor();
    await look("tests");

    // The draft on one's own phone.
    await openPreview();
    await page.getByRole("button", { name: t("preview:try.title"), exact: true }).click();
    const trying = page.getByRole("dialog", { name: t("preview:try.title") });
    await trying.getByRole("button", { name: t("preview:try.make"), exact: true }).waitFor();
    await trying.getByRole("combobox", { name: t("preview:try.number") }).click();
    await page.getByRole("option", { name: channel.number }).click();
    await look("try on my phone");
    await trying.getByRole("button", { name: t("preview:try.make"), exact: true }).click();
    const word = await trying.getByRole("textbox", { name: t("preview:try.word") }).inputValue();
    await look("the word");
    await write(mine, word);
    await hears(mine, "Draft: how many?");
    await trying.getByText(t("preview:try.state.underWay"), { exact: true }).waitFor();
    await look("somebody tries");
    await write(other, word);
    await until(async () => (await conversationOf(other)) && (await thread(other, 9)).includes(`in ${word}`), "word of somebody else");
    await write(mine, "STOP");
    await hears(mine, "The try is over.");
    check(!(await texts(other)).some((text) => /draft/iu.test(text)), "somebody else was let into the draft");
    await trying.getByText(t("preview:try.state.bound"), { exact: true }).waitFor();
    check(barriers.length === 0, barriers.join("\n"));
  });
} finally {
  kitchen.close();
}
