// The booking bot, built as docs/tutorials/build-a-booking-bot.md says, by somebody who sees the editor for the first time, in the language of the page:
// ten steps with questions, a condition, a request to another system and a delay; played in the preview, kept as a test, published, and talked to on the phone.
import { createServer } from "node:http";
import { LANGUAGES, lookOnce, speak } from "./look.mjs";
import { api, check, demo, enter, open, received, simulator, story, until } from "./stage.mjs";
import { wordsOf } from "./words.mjs";

const BOOKING = { id: "Q-7", path: "/bookings" };
const STAMP = String(Date.now()).slice(-6);
const WORDS = {
  en: {
    bot: "Bookings", keyword: `book ${STAMP}`,
    steps: { start: "Customer asks", name: "Name", day: "Day", people: "How many", if: "Large group?", person: "Colleague", save: "Save the booking", done: "Confirmation", wait: "An hour", after: "Reminder" },
    say: { name: "Welcome! What is your name?", day: "Which day, {name}?", people: "For how many people?", person: "A colleague will write to you.", done: "Booked for {people}, {name}. Your code is {code}.", after: "See you soon, {name}." },
    guest: "Huda", answers: ["Huda", "tomorrow", "4"], large: "12",
  },
  ar: {
    bot: "الحجوزات", keyword: `حجز ${STAMP}`,
    steps: { start: "طلب الزبون", name: "الاسم", day: "اليوم", people: "العدد", if: "مجموعة كبيرة؟", person: "الزميل", save: "حفظ الحجز", done: "التأكيد", wait: "ساعة", after: "التذكير" },
    say: { name: "أهلا بك! ما اسمك؟", day: "في أي يوم يا {name}؟", people: "لكم شخصا؟", person: "سيكتب لك أحد الزملاء.", done: "تم الحجز لعدد {people} يا {name}. رمزك {code}.", after: "نراك قريبا يا {name}." },
    guest: "هدى", answers: ["هدى", "غدا", "٤"], large: "١٢",
  },
};
const NUMBERS = { en: `+96655${STAMP}1`, ar: `+96655${STAMP}2` };

const fill = (text, values) => text.replaceAll(/\{(\w+)\}/gu, (_, name) => values[name]);
const inFlow = (text) => text.replaceAll(/\{(\w+)\}/gu, "{{ $1 }}");

/** The other system of the shop: it takes bookings and answers with a code. */
async function openShop() {
  const taken = [];
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (part) => (body += part));
    request.on("end", () => {
      taken.push({ method: request.method, path: request.url, body: JSON.parse(body || "null") });
      response.writeHead(200, { "Content-Type": "application/json" }).end(JSON.stringify({ booking: { id: BOOKING.id } }));
    });
  });
  await new Promise((resolve) => server.listen(demo.outside_port, "127.0.0.1", resolve));
  return { taken, url: `http://127.0.0.1:${demo.outside_port}${BOOKING.path}`, close: () => server.close() };
}

export async function bookIn(code) {
  const began = Date.now();
  const { language } = LANGUAGES.find((each) => each.code === code);
  const shop = await openShop();
  try {
    await story((page, stage) => tell(page, stage, code, shop), { language });
  } finally {
    shop.close();
  }
  console.log(`the booking bot, built and talked to in ${code}: ${Math.round((Date.now() - began) / 1000)} s`);
}

async function tell(page, stage, code, shop) {
  const words = WORDS[code];
  const t = wordsOf(code);
  const { data: kinds } = await (await fetch(`${api}/api/flow-nodes`, { headers: { Authorization: `Bearer ${demo.personal_access_token}` } })).json();
  /** What a form calls a choice, as the server says it in both languages. */
  const optionOf = (path, value) => {
    const found = [];
    const look = (part, name) => {
      if (!part || typeof part !== "object") return;
      const option = name === path.split(".").at(-1) && part.ui?.options?.find((each) => each.value === value);
      if (option) found.push(option.label[code]);
      for (const [inner, each] of Object.entries(part)) look(each, inner);
    };
    look(kinds);
    check(found.length > 0, `no form has the choice ${value} of ${path}`);
    return found[0];
  };
  const kindOf = (type) => kinds.find((each) => each.type === type).label[code];
  await speak(page, code);
  await enter(page);
  const form = page.locator("aside").first();
  const field = (name) => form.locator(`[data-field="${name}"]`);
  const node = (name) => page.locator(`.react-flow__node[aria-label^="${name}. "]`);
  const saved = () => page.locator("[data-saved]").waitFor();

  /** The form of the step before may still stand there: a new step has no name. */
  const nameStep = async (name) => {
    const input = form.getByRole("textbox", { name: t("editor:stepName") });
    await until(async () => (await input.inputValue()) === "", "form of a step without a name");
    await input.fill(name);
    await node(name).first().waitFor();
  };
  const pick = async (type) => {
    const search = page.getByRole("dialog").getByRole("combobox");
    await search.fill(kindOf(type));
    await page.keyboard.press("Enter");
    await search.waitFor({ state: "detached" });
  };
  /** The plus under a way out of a step. */
  const addAfter = async (from, exit, type, name) => {
    const label = t("editor:addAfter", { exit: t(`bots:exit.${exit}`) });
    await node(from).getByRole("button", { name: label, exact: true }).click();
    await pick(type);
    await nameStep(name);
  };
  const write = (name, text) => field(name).locator("textarea").first().fill(text);
  const choose = async (name, value) => {
    await field(name).getByRole("combobox").click();
    await page.getByRole("option", { name: optionOf(name, value), exact: true }).click();
  };
  const openStep = async (name) => {
    await node(name).first().click();
    await until(async () => (await form.getByRole("textbox", { name: t("editor:stepName") }).inputValue()) === name, `form of ${name}`);
  };
  const leadTo = async (from, exit, target) => {
    await openStep(from);
    await form.getByRole("tab", { name: t("editor:tab.exits") }).click();
    await form.getByRole("combobox", { name: t("editor:leadsTo", { exit: t(`bots:exit.${exit}`) }) }).selectOption({ label: target });
  };
  const ask = async (from, exit, key, answer) => {
    await addAfter(from, exit, "ask_question", words.steps[key]);
    await write("question", inFlow(words.say[key]));
    await field("variable_name").locator("input").fill(key);
    if (answer) await choose("validation.type", answer);
  };

  // A new bot speaks the language of whoever makes it.
  await page.goto(`${api}/flows`);
  await page.getByRole("button", { name: t("bots:create") }).first().click();
  await page.getByRole("dialog").getByRole("textbox").fill(words.bot);
  await page.keyboard.press("Enter");

  // The start.
  await page.getByRole("button", { name: t("editor:empty.action") }).click();
  await pick("whatsapp_trigger");
  await nameStep(words.steps.start);
  await choose("trigger_type", "keyword");
  await field("keywords").getByRole("textbox").fill(words.keyword);
  await page.keyboard.press("Enter");

  // Three questions.
  await ask(words.steps.start, "next", "name");
  await ask(words.steps.name, "answered", "day", "date");
  await ask(words.steps.day, "answered", "people", "number");

  // A condition, whose value is picked and not typed.
  await addAfter(words.steps.people, "answered", "if_condition", words.steps.if);
  await saved();
  await field("left_value").getByRole("button").click();
  await page.getByRole("button", { name: /^people/u }).click();
  await choose("operator", "greater_than");
  await write("right_value", "6");
  await addAfter(words.steps.if, "true", "assign_to_human", words.steps.person);
  await write("message", words.say.person);

  // The other system, what it is told, and what is taken from its answer.
  await addAfter(words.steps.if, "false", "http_request", words.steps.save);
  await choose("method", "POST");
  await write("url", shop.url);
  await write("body", '{"name": "{{ name }}", "day": "{{ day }}", "people": "{{ people }}"}');
  const taken = field("mapping");
  await taken.getByRole("button", { name: t("editor:addOne") }).click();
  await taken.getByRole("textbox").fill("code");
  await page.keyboard.press("Enter");
  await taken.locator("textarea").fill("booking.id");
  await addAfter(words.steps.save, "ok", "whatsapp_reply", words.steps.done);
  await write("message", inFlow(words.say.done));

  // An hour later.
  await addAfter(words.steps.done, "next", "delay", words.steps.wait);
  await field("duration").locator("input").fill("1");
  await choose("unit", "hours");
  await addAfter(words.steps.wait, "next", "whatsapp_reply", words.steps.after);
  await write("message", inFlow(words.say.after));

  // Put in order, so that all of it is seen; what goes wrong goes to a colleague.
  await page.getByRole("toolbar").getByRole("button", { name: t("editor:tidy") }).click();
  for (const [from, exit] of [["name", "invalid"], ["day", "invalid"], ["people", "invalid"], ["save", "error"]]) await leadTo(words.steps[from], exit, words.steps.person);
  await saved();
  check((await page.locator(".react-flow__node").count()) === 10, `there are ${await page.locator(".react-flow__node").count()} steps`);
  const found = await lookOnce(page, "booking bot", code);
  check(found.length === 0, found.join("\n"));

  // Played in the preview, and kept as a test.
  await page.getByRole("button", { name: t("preview:open"), exact: true }).click();
  const phone = page.getByRole("complementary", { name: t("preview:title") });
  const log = phone.getByRole("log");
  const said = fill(words.say.done, { name: words.guest, people: 4, code: BOOKING.id });
  const tellPreview = async (text, answered) => {
    await phone.getByRole("textbox", { name: t("preview:message"), exact: true }).fill(text);
    await page.keyboard.press("Enter");
    await log.getByText(answered, { exact: true }).last().waitFor();
  };
  await tellPreview(words.keyword, words.say.name);
  await tellPreview(words.answers[0], fill(words.say.day, { name: words.guest }));
  await tellPreview(words.answers[1], words.say.people);
  await phone.getByRole("textbox", { name: t("preview:message"), exact: true }).fill(words.answers[2]);
  await page.keyboard.press("Enter");
  await phone.getByRole("textbox", { name: t("preview:answer.body") }).fill(JSON.stringify({ booking: { id: BOOKING.id } }));
  await phone.getByRole("button", { name: t("preview:answer.success") }).click();
  await log.getByText(said, { exact: true }).waitFor();
  await phone.getByRole("button", { name: t("preview:pass") }).click();
  await log.getByText(fill(words.say.after, { name: words.guest }), { exact: true }).waitFor();
  check((await page.locator("[data-visited]").count()) > 0, "the way that was played is not lit");
  check(shop.taken.length === 0, "the preview asked the other system");
  await phone.getByRole("button", { name: t("preview:keep.title") }).click();
  await page.getByRole("textbox", { name: t("preview:keep.name") }).fill(words.bot);
  await page.keyboard.press("Enter");
  await page.getByText(t("preview:keep.done", { name: words.bot })).first().waitFor();

  // Published: the test is played once more.
  await page.getByRole("button", { name: t("bots:publish"), exact: true }).click();
  await page.getByRole("dialog").getByRole("button", { name: t("bots:publish"), exact: true }).click();
  await page.getByText(t("bots:publishDone", { number: 1 })).first().waitFor();

  await talk(await open(stage, { language: LANGUAGES.find((each) => each.code === code).language }), { code, words, t, shop, said });
}

/** On the simulated phone, through the hour, by its clock. */
async function talk(page, { code, words, t, shop, said }) {
  await speak(page, code);
  await page.goto(simulator);
  await page.getByRole("button", { name: t("phone:add"), exact: true }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("textbox").first().fill(words.guest);
  await dialog.getByRole("textbox").last().fill(NUMBERS[code]);
  await page.keyboard.press("Enter");
  await dialog.waitFor({ state: "detached" });
  await page.getByRole("complementary").getByRole("button", { name: new RegExp(NUMBERS[code].slice(-3)) }).last().click();
  const log = page.getByRole("log");
  const send = async (text, answered) => {
    await page.locator("main form input[aria-label]").last().fill(text);
    await page.keyboard.press("Enter");
    await log.getByText(answered, { exact: true }).last().waitFor();
  };
  await send(words.keyword, words.say.name);
  await send(words.answers[0], fill(words.say.day, { name: words.guest }));
  await send(words.answers[1], words.say.people);
  await send(words.answers[2], said);
  const [request, ...more] = shop.taken;
  check(more.length === 0 && request.method === "POST" && request.path === BOOKING.path && request.body.name === words.guest && Number(request.body.people) === 4 && /^\d{4}-\d{2}-\d{2}$/u.test(request.body.day), `the other system was asked ${JSON.stringify(shop.taken)}`);
  const reminder = fill(words.say.after, { name: words.guest });
  const texts = async () => (await received(NUMBERS[code])).map((message) => message.text?.body);
  check(!(await texts()).includes(reminder), "the reminder did not wait");
  await page.getByRole("button", { name: t("phone:step.hour"), exact: true }).click();
  await log.getByText(reminder, { exact: true }).waitFor();
  await page.waitForTimeout(1_000);
  check((await texts()).filter((text) => text === reminder).length === 1, "the reminder came more than once");
  await page.getByRole("button", { name: t("phone:now"), exact: true }).click();
}
