// A thread with a message of every type, in both languages, at both sizes and in both themes; and the phone that reacts, edits, deletes and orders.
import { LANGUAGES, look, speak } from "./look.mjs";
import { api, channel, check, enter, received, simulator, stories, story, thread, threadOf, until, write } from "./stage.mjs";

const NUMBER = "+966500000177";
const PNG = "iVBORw0KGgoAAAANSUhEUgAAAAoAAAAKCAIAAAACUFjqAAAAEklEQVR4nGP4z8CAB+GTG8HSALfKY52fTcuYAAAAAElFTkSuQmCC";

async function send(type, content, more = {}) {
  const answer = await fetch(`${simulator}/phones/${encodeURIComponent(NUMBER)}/messages`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ to: channel.number, type, [type]: content, ...more }),
  });
  const said = await answer.json();
  check(answer.ok, `the simulator refused ${type}: ${JSON.stringify(said)}`);
  return said.id;
}

// A person has the conversation: the bot stays out of the story.
await write(NUMBER, "السلام عليكم");
await until(async () => (await received(NUMBER)).length > 0, "greeting of the bot");
const token = JSON.parse(process.env.DEMO).personal_access_token;
const ask = async (path, method = "GET") => (await fetch(`${api}${path}`, { method, headers: { Authorization: `Bearer ${token}` } })).json();
const [conversation] = (await ask(`/api/conversations?q=${encodeURIComponent(NUMBER)}`)).data;
await ask(`/api/conversations/${conversation.id}/takeover`, "POST");

const file = (mime_type, more) => ({ data: PNG, mime_type, ...more });
const edited = await send("text", { body: "صينيتان من الكنافة" });
const deleted = await send("text", { body: "لا، شكرا" });
await send("text", { body: "Look at https://kunafa.example/menu", preview_url: true }, { forwarded: "often" });
await send("text", { body: "مرحبا، عن الصينية" }, { referral: { source_type: "ad", source_url: "https://fb.me/kunafa", headline: "صينية لعشرة", body: "طازجة كل خميس" } });
await send("text", { body: "Is it still there?" }, { product: { product_retailer_id: "kunafa-large" } });
await send("image", file("image/png", { caption: "مثل هذه" }));
await send("audio", file("audio/ogg", { voice: true }));
await send("video", file("video/mp4", {}));
await send("document", file("application/pdf", { filename: "قائمة الطعام.pdf" }));
await send("sticker", file("image/webp", { animated: true }));
await send("location", { latitude: 24.6911, longitude: 46.6853, name: "Kunafa House", address: "Olaya St" });
await send("contacts", [{ name: { formatted_name: "هدى الزهراني" }, phones: [{ phone: "+966 50 222 3344", wa_id: "966502223344" }], org: { company: "Kunafa House" } }]);
await send("contacts", [{ origin: "contact_request", phones: [{ phone: NUMBER }] }]);
const items = [{ product_retailer_id: "kunafa-large", quantity: 2, item_price: 29.5, currency: "SAR" }, { product_retailer_id: "tea", quantity: 1, item_price: 4, currency: "SAR" }];
await send("order", { product_items: items, text: "بدون قشطة" });
await send("form_reply", { answer: { flow_token: "hidden", day: "الجمعة", guests: 4, extras: ["cake", "tea"] } });
await send("address", { values: { name: "Rami Nair", city: "Bengaluru", in_pin_code: "560001" } });
await send("call_permission_reply", { response: "accept", is_permanent: false, expiration_timestamp: "1795000000" });
await send("unsupported", { type: "poll" });
await send("raw", { id: "wamid.hologram", from: NUMBER.slice(1), timestamp: String(Math.floor(Date.now() / 1000)), type: "hologram", hologram: { depth: 3 } });
await send("call", { event: "connect" });
await send("call", { event: "terminate", seconds: 65 });
const liked = await send("text", { body: "شكرا" });
await send("edit", { message_id: edited, text: "ثلاث صواني من الكنافة" });
await send("revoke", { message_id: deleted });
await send("reaction", { message_id: liked, emoji: "❤️" });
await until(async () => (await thread(NUMBER, 3)).at(-1) === "in شكرا", "last message");
// The last thing: whoever writes from the old number afterwards is somebody else.
await send("system", { type: "user_changed_number", wa_id: "966509998877" });
await until(async () => (await threadOf(conversation.id, 3)).at(-1) === "in system", "notice");

const WORDS = {
  en: ["Forwarded many times", "Came from an ad", "About a product", "kunafa-large", "Order, 2 items", "SAR 63.00", "SAR 59.00", "Form filled in", "الجمعة", "cake · tea", "Rami Nair", "You may call", "+966509998877", "A poll.", "does not pass this kind", "hologram", "Incoming call · 1:05", "هدى الزهراني", "The customer's own number", "edited", "The customer deleted this message", "❤️"],
  ar: ["محوّلة مرات كثيرة", "جاء من إعلان", "عن منتج", "طلب من صنفين", "63.00 ر.س", "نموذج معبأ", "الاتصال مسموح", "استطلاع", "مكالمة واردة · 1:05", "رقم الزبون نفسه", "عُدّلت", "حذف الزبون هذه الرسالة"],
};
const barriers = [];
await stories(LANGUAGES, async (page, { code }) => {
  await speak(page, code);
  await enter(page);
  await page.goto(`${api}/inbox/${conversation.id}`);
  await page.locator("#reply").waitFor();
  await page.getByText("شكرا", { exact: true }).last().waitFor();
  const shown = await page.locator("main").innerText();
  const missing = WORDS[code].filter((words) => !shown.replaceAll("\u00a0", " ").includes(words));
  check(missing.length === 0, `${code} does not show: ${missing.join(" | ")}\n${shown}`);
  check(!shown.includes("hidden"), "the token of a form is shown");
  barriers.push(...(await look(page, "every type", code)));
  // What was said before, and what came as it came, is one press away.
  const folded = page.locator("main details:not([open]) > summary");
  for (let left = await folded.count(); left > 0; left -= 1) await folded.first().click();
  check(await page.getByText("صينيتان من الكنافة").isVisible(), "what was edited is gone");
  check(await page.getByText("لا، شكرا").isVisible(), "what was deleted is gone");
  check(await page.getByText('"depth": 3').isVisible(), "what nobody knows is not shown as it came");
  barriers.push(...(await look(page, "every type, unfolded", code)));
});
check(barriers.length === 0, `axe found:\n${barriers.join("\n")}`);

// From the phone's own screen.
const OTHER = "+966500000109";
await write(OTHER, "hello");
await fetch(`${simulator}/phones/${encodeURIComponent(OTHER)}`, { method: "PATCH", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ language: "en" }) });
const latest = async () => (await (await fetch(`${simulator}/phones/${encodeURIComponent(OTHER)}/messages`)).json()).messages;
await story(async (page) => {
  await until(async () => (await latest()).some((message) => message.direction === "in"), "first answer of the bot");
  const before = (await latest()).length;
  await page.goto(simulator);
  await page.getByRole("button", { name: /966500000109/ }).click();
  await page.getByRole("textbox", { name: "Message" }).fill("two trays");
  await page.keyboard.press("Enter");
  await until(async () => (await latest()).length >= before + 2, "answer of the bot");
  const choose = async (text, action) => {
    await page.getByRole("button", { name: `What to do with: ${text}` }).last().click();
    await page.getByRole("menuitem", { name: action, exact: true }).click();
  };
  const own = async () => (await latest()).findLast((message) => message.direction === "out" && message.type === "text");
  await choose("two trays", "React with 👍");
  await until(async () => (await own()).reaction_of_person === "👍", "reaction");
  await choose("two trays", "Take the reaction back");
  await until(async () => !(await own()).reaction_of_person, "reaction taken back");
  await choose("two trays", "Edit");
  await page.getByRole("textbox", { name: "edited" }).fill("three trays");
  await page.keyboard.press("Enter");
  await until(async () => (await own()).text.body === "three trays", "edit");
  const attach = async (name) => {
    await page.getByRole("button", { name: "Send a file" }).click();
    await page.getByRole("menuitem", { name }).first().click();
  };
  await attach("Order");
  await page.getByRole("button", { name: "Send the order" }).click();
  await page.getByText("This is needed.").waitFor();
  await page.getByLabel("Product").fill("kunafa-large");
  await page.getByLabel("Price of one").fill("29.5");
  await page.getByRole("button", { name: "Send the order" }).click();
  await until(async () => (await latest()).some((message) => message.order), "order");
  await page.getByRole("button", { name: "Send a file" }).click();
  await page.getByRole("menuitem").last().click();
  await until(async () => (await latest()).some((message) => message.contacts), "card");
  const picked = page.waitForEvent("filechooser");
  await attach("Voice note");
  await (await picked).setFiles({ name: "voice.ogg", mimeType: "audio/ogg", buffer: Buffer.from(PNG, "base64") });
  await until(async () => (await latest()).some((message) => message.audio?.voice), "voice note");
  await choose("three trays", "Delete for everybody");
  await until(async () => (await own()).deleted, "deletion");
  await page.getByText("You deleted this message").waitFor();
});
