// People in the middle of a flow: a version is published and takes them along, and the inspector shows one, changes a variable and lets them go.
import { api, check, checkWidth, demo, enter, findBarriers, stories, until, write } from "./stage.mjs";

const ask = async (method, path, body) => {
  const answer = await fetch(`${api}${path}`, { method, headers: { Authorization: `Bearer ${demo.personal_access_token}`, "Content-Type": "application/json" }, ...(body && { body: JSON.stringify(body) }) });
  check(answer.ok, `${method} ${path}: ${await answer.clone().text()}`);
  return answer.json();
};
const WORDS = {
  "en-US": { publish: "Publish", move: /Move them to this version/u, done: "Everybody is where you wanted them.", moved: "2 moved", see: "See who is where", version: /Version 2/u, set: "Set a variable", name: "Name", value: "Value", put: "Set", end: "End", sure: "End it", left: "Left", hand: /guests = null/u },
  "ar-SA": { publish: "نشر", move: /انقلهم إلى هذا الإصدار/u, done: "كلٌّ حيث أردت.", moved: "نُقل اثنان", see: "انظر من أين", version: /الإصدار 2/u, set: "اضبط متغيرًا", name: "الاسم", value: "القيمة", put: "اضبط", end: "أنهِ", sure: "أنهِه", left: "غادر", hand: /guests = null/u },
};
const views = [
  { language: "en-US", width: 1440, word: "table please", people: ["+966500000811", "+966500000812"] },
  { language: "ar-SA", width: 360, height: 760, word: "seat please", people: ["+966500000813", "+966500000814"] },
];
const flow = (word, thanks) => ({
  name: word,
  nodes: [
    { id: "start", type: "whatsapp_trigger", name: "Start", config: { trigger_type: "keyword", keywords: [word] } },
    { id: "ask", type: "ask_question", name: "How many?", config: { question: "How many are you?", variable_name: "guests", timeout: 3600 } },
    { id: "thanks", type: "whatsapp_reply", name: "Thanks", config: { message: thanks } },
  ],
  edges: [
    { id: "1", source: "start", target: "ask" },
    { id: "2", source: "ask", target: "thanks", sourceHandle: "answered" },
    { id: "3", source: "ask", target: "thanks", sourceHandle: "timeout" },
    { id: "4", source: "ask", target: "thanks", sourceHandle: "invalid" },
  ],
});

await stories(views, async (page, { language, width, word, people }) => {
  const words = WORDS[language];
  const look = async (what) => {
    await checkWidth(page, what);
    const barriers = await findBarriers(page, what);
    check(barriers.length === 0, barriers.join("\n"));
    await page.screenshot({ path: `${process.env.PICTURES}/${what.replaceAll(" ", "-")}-${language}-${width}.png` });
  };
  const bot = await ask("POST", "/api/bots", { name: word, blueprint: flow(word, "Thank you") });
  await ask("POST", `/api/bots/${bot.id}/publish`);
  for (const number of people) await write(number, word);
  await until(async () => (await ask("GET", `/api/bots/${bot.id}`)).waiting === 2, "two people in the flow");
  await ask("PUT", `/api/bots/${bot.id}/flow`, { blueprint: flow(word, "Many thanks") });

  await enter(page);
  await page.goto(`${api}/flows/${bot.id}?version=draft`);
  await page.getByRole("button", { name: words.publish, exact: true }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("radio", { name: words.move }).check();
  await look("publishing with people");
  await dialog.getByRole("button", { name: words.publish, exact: true }).click();
  await page.getByText(words.done).first().waitFor();
  await page.getByText(words.moved).first().waitFor();
  await page.getByRole("link", { name: words.see }).click();

  const lines = page.getByRole("button", { name: words.version });
  await until(async () => (await lines.count()) === 2, "both on version 2");
  await look("people in a flow");
  await lines.first().click();
  await page.getByRole("button", { name: words.set }).click();
  await page.getByRole("dialog").getByLabel(words.name, { exact: true }).fill("guests");
  await page.getByRole("dialog").getByLabel(words.value, { exact: true }).fill("7");
  await page.getByRole("dialog").getByRole("button", { name: words.put, exact: true }).click();
  await page.getByText(words.hand).first().waitFor();
  await look("one person");
  await page.getByRole("button", { name: words.end, exact: true }).click();
  await page.getByRole("dialog").getByRole("button", { name: words.sure }).click();
  await page.getByText(words.left, { exact: true }).first().waitFor();
  const ended = await ask("GET", `/api/bots/${bot.id}/sessions?state=interrupted`);
  check(ended.data.length === 1, "nobody was let go");

  // The other one answers: the version that they were moved to hears it.
  const [still] = (await ask("GET", `/api/bots/${bot.id}/sessions`)).data;
  await write(still.contact.phone, "4");
  await until(async () => JSON.stringify(await ask("GET", `/api/conversations/${still.conversation_id}/messages`)).includes("Many thanks"), "the new version's answer");
});
