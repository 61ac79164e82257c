// A café as it might be in its third week: flows, tables, people who write and are answered. Made through the API and the simulated phones only.
import { api, channel, check, conversationOf, demo, received, setFaults, simulator, thread, until, write } from "../stories/stage.mjs";

/** One call of the API with the demo's own key. */
export async function ask(method, path, body) {
  const headers = { Authorization: `Bearer ${demo.personal_access_token}`, "Content-Type": "application/json" };
  const answer = await fetch(`${api}${path}`, { method, headers, ...(body && { body: JSON.stringify(body) }) });
  check(answer.ok, `${method} ${path} was refused: ${answer.ok ? "" : await answer.text()}`);
  return answer.status === 204 ? null : answer.json();
}

const both = (en, ar) => ({ en, ar });
const at = (x, y) => ({ position: { x, y } });
const tie = (source, target, sourceHandle) => ({ id: `${source}-${sourceHandle ?? "on"}`, source, target, ...(sourceHandle && { sourceHandle }) });

const BOOKINGS = {
  name: "Table bookings",
  languages: ["en", "ar"],
  default_language: "ar",
  nodes: [
    { id: "asks", type: "whatsapp_trigger", name: "Customer asks", config: { trigger_type: "keyword", keywords: ["table", "booking", "حجز"] }, ...at(300, 0) },
    { id: "open", type: "business_hours", name: "Open now?", config: { hours: [{ days: ["sun", "mon", "tue", "wed", "thu", "fri", "sat"], opens: "00:00", closes: "24:00" }] }, ...at(300, 170) },
    { id: "guests", type: "ask_question", name: "How many?", config: { question: both("Gladly, {{ contact.name }}. For how many people?", "على الرحب يا {{ contact.name }}. لكم شخصًا؟"), variable_name: "guests", timeout: 3600, validation: { type: "number" } }, ...at(160, 360) },
    { id: "closed", type: "whatsapp_reply", name: "We are closed", config: { message: both("We open at 6 in the morning. Your wish is noted.", "نفتح عند السادسة صباحًا، وقد دوّنّا طلبك.") }, ...at(560, 360) },
    { id: "large", type: "if_condition", name: "Large group?", config: { left_value: "{{ guests }}", operator: "greater_than", right_value: "8" }, ...at(300, 570) },
    { id: "colleague", type: "assign_to_human", name: "Front desk", config: {}, ...at(-40, 1010) },
    { id: "where", type: "buttons", name: "Where to sit?", config: { message: both("Where would you like to sit?", "أين تفضّلون الجلوس؟"), buttons: [{ id: "terrace", title: both("Terrace", "الشرفة") }, { id: "family", title: both("Family room", "قسم العائلات") }, { id: "bar", title: both("At the bar", "عند البار") }], save_as: "place" }, ...at(330, 780) },
    { id: "booked", type: "whatsapp_reply", name: "Booked", config: { message: both("Booked: {{ guests }} people, {{ place.title }}. See you soon.", "تم الحجز: {{ guests }} أشخاص، {{ place.title }}. نراكم قريبًا.") }, ...at(330, 1010) },
  ],
  edges: [
    tie("asks", "open"),
    tie("open", "guests", "open"),
    tie("open", "closed", "closed"),
    tie("guests", "large", "answered"),
    tie("guests", "colleague", "timeout"),
    tie("guests", "colleague", "invalid"),
    tie("large", "colleague", "true"),
    tie("large", "where", "false"),
    tie("where", "colleague", "no_match"),
    tie("where", "booked", "terrace"),
    tie("where", "booked", "family"),
    tie("where", "booked", "bar"),
  ],
};

const small = (name, keywords, message, more = {}) => ({
  name,
  languages: ["en", "ar"],
  default_language: "ar",
  nodes: [
    { id: "asks", type: "whatsapp_trigger", name: "Customer asks", config: { trigger_type: "keyword", keywords }, ...at(300, 0) },
    { id: "says", type: "whatsapp_reply", name: "Answer", config: { message }, ...at(300, 400) },
    ...(more.nodes ?? []),
  ],
  edges: [tie("asks", "says"), ...(more.edges ?? [])],
});

const TILL = {
  nodes: [
    { id: "till", type: "whatsapp_trigger", name: "Till calls", config: { trigger_type: "webhook" }, ...at(620, 0) },
    { id: "fridays", type: "whatsapp_trigger", name: "Every Friday", config: { trigger_type: "schedule", schedule: { at: "16:00", weekdays: ["fri"], tags: ["vip"] } }, ...at(940, 0) },
    { id: "points", type: "http_request", name: "Look up points", config: { url: "https://api.qamar.example/points", credential: "Till", save_as: "points" }, ...at(620, 180) },
  ],
  edges: [tie("till", "points"), tie("points", "says", "ok"), tie("points", "says", "error"), tie("fridays", "says")],
};

async function makeBot(blueprint, note) {
  const bot = await ask("POST", "/api/bots", { name: blueprint.name, blueprint });
  if (note) await ask("POST", `/api/bots/${bot.id}/publish`, { note });
  return bot;
}

const MENU = [
  ["latte", "Cardamom latte", "لاتيه بالهيل", 18.5, true, "Coffee", 220, "2026-03-01", 4.7, "Olaya", "Milk", "The one that people come for"],
  ["karak", "Karak tea", "شاي كرك", 6, true, "Tea", 140, "2025-11-20", 4.9, "Olaya, Malqa", "Milk", null],
  ["cake", "Date cake", "كيكة التمر بالجوز والقشطة", 24, false, "Cakes", 410, null, 4.4, "Malqa", "Nuts, eggs", "Back on Thursday"],
  ["v60", "V60, Ethiopia", "في 60 إثيوبيا", 21, true, "Coffee", 4, "2026-10-02", 4.6, "Olaya", null, null],
  ["juice", "Orange juice", "عصير برتقال", 15, true, "Cold", 110, null, 4.1, "Olaya, Malqa, Hittin", null, "Pressed when it is ordered"],
  ["cookie", "Date cookie", "كوكيز التمر", 12, true, "Cakes", 260, "2026-01-15", 4.8, "Olaya, Hittin", "Wheat", null],
];
const MENU_COLUMNS = { code: "text", dish: "text", arabic: "text", price: "number", available: "boolean", kind: "text", kcal: "number", since: "date", stars: "number", branches: "text", allergens: "text", remark: "text" };

async function makeTables() {
  const columns = Object.entries(MENU_COLUMNS).map(([name, type]) => ({ name, type, ...(name === "code" && { is_key: true }) }));
  const menu = await ask("POST", "/api/tables", { name: "menu", description: "What we sell, and what it costs", columns });
  for (const row of MENU) await ask("POST", `/api/tables/${menu.id}/rows`, { values: Object.fromEntries(row.map((value, place) => [columns[place].name, value])) });
  const branches = await ask("POST", "/api/tables", { name: "branches", description: "Where we are, and who answers there", columns: [{ name: "city", type: "text" }, { name: "phone", type: "text" }] });
  await ask("POST", `/api/tables/${branches.id}/rows`, { values: { city: "الرياض، العليا", phone: "+966110000101" } });
  return { menu, branches };
}

/** Everybody of the story: number, name, language, and what they write one after the other. */
const PEOPLE = [
  ["+966500001804", "ريم القحطاني", "ar", ["السلام عليكم", "شكرًا لكم، القهوة ممتازة"]],
  ["+966500001806", "سلمان العتيبي", "ar", ["حجز"]],
  ["+966500001808", "هند الدوسري", "ar", ["نقاط"]],
  ["+966500001807", "Tariq Mansour", "en", ["points"]],
  ["+966500001803", "Priya Nair", "en", ["table", "2"]],
  ["+966500001802", "فهد الشمري", "ar", ["حجز", "١٢"]],
  ["+966500001801", "Lina Farouk", "en", ["booking", "4", { tap: "family" }]],
  ["+966500000102", "Sara Mitchell", "en", ["menu"]],
  ["+966500000101", "نورة العتيبي", "ar", ["حجز", "6", { tap: "terrace" }]],
  ["+966500001809", "Khalid Al-Harbi", "en", ["booking", "4", { tap: "terrace" }]],
];

const post = (path, body) => fetch(`${simulator}${path}`, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });

/** Somebody presses a button that a message offers. */
const tap = (number, id) => post(`/phones/${encodeURIComponent(number)}/messages`, { to: channel.number, type: "button_reply", button_reply: { id } });

async function talk() {
  for (const [number, name, language, said] of PEOPLE) {
    if (number.includes("00001")) await post("/phones", { number, name, language });
    for (const each of said) {
      const had = (await received(number)).length;
      await (each.tap ? tap(number, each.tap) : write(number, each));
      await until(async () => (await received(number)).length > had, "answer", 8).catch(() => undefined); // not everything is answered
    }
  }
}

/** A colleague takes a conversation; then the person writes, and is answered. */
async function help(number, said, answers) {
  const conversation = await conversationOf(number);
  await ask("POST", `/api/conversations/${conversation.id}/takeover`);
  for (const body of said) {
    await write(number, body);
    await until(async () => (await thread(number, 1))[0] === `in ${body}`, `message ${body}`);
  }
  for (const body of answers) await ask("POST", `/api/conversations/${conversation.id}/messages`, { type: "text", text: { body } });
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  return conversation;
}

/** Those whom a person of the team answers: one of them cannot be reached, one is over. */
async function answer() {
  const reem = await conversationOf("+966500001804");
  await ask("POST", `/api/conversations/${reem.id}/close`);
  await help("+966500001808", ["كم نقطة أحتاج للكوب المجاني؟"], ["عشر نقاط فقط يا هند."]);
  await setFaults({ kind: "fail_code", code: 131026 });
  await help("+966500001807", ["Can I give my points to my sister?"], ["Of course. Send us her number, and they are hers."]);
  await setFaults();
  await help("+966500001803", ["Is there parking nearby?"], ["Yes, behind the branch, free for two hours."]);
  const noura = await help("+966500000101", ["أبغى أغيّر الحليب إلى شوفان لو سمحت"], ["أبشري يا نورة، غيّرنا الحليب إلى شوفان وزدنا لك كوكيز التمر."]);
  await write("+966500000101", "الله يعطيك العافية");
  await until(async () => (await thread("+966500000101", 1))[0].startsWith("in"), "thanks");
  const khalid = await help("+966500001809", ["Can we come half an hour later?", "And is there a high chair for the little one?"], ["Of course, Khalid. Your table on the terrace is kept until eight, with a high chair."]);
  return { khalid, noura };
}

/** Makes all of it; answers with the ids that a picture needs. */
export async function fill() {
  const tables = await makeTables();
  await ask("POST", "/api/credentials", { name: "Till", kind: "bearer", secret: "sk_live_1", hosts: ["api.qamar.example"] });
  await ask("POST", "/api/credentials", { name: "توصيل الرياض", kind: "header", parameter: "X-Api-Key", secret: "sk_live_2", hosts: ["delivery.example.com", "*.delivery.example.com"] });
  const bookings = await makeBot(BOOKINGS, "The first one, for the terrace");
  const points = await makeBot(small("Loyalty points", ["points", "نقاط"], both("You have 120 points. Ten more, and a coffee is on us.", "لديك 120 نقطة. عشر أخرى والقهوة علينا."), TILL), "Points by the till");
  const feedback = await makeBot(small("After the visit", ["feedback", "رأي"], both("How was it? One to five stars.", "كيف كانت زيارتك؟ من نجمة إلى خمس.")));
  await talk();
  return { bookings: bookings.id, points: points.id, feedback: feedback.id, ...tables, ...(await answer()) };
}
