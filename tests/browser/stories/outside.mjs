// What flows use from outside: a credential made from the linter's button, a secret address copied and called, a conflict shown with its way out.
import { api, check, checkWidth, findBarriers, newPerson, stories } from "./stage.mjs";

const WORDS = {
  "en-US": { create: "Create it", secret: "Secret", store: "Store a credential", make: "Make the address", address: "Address", calls: "This person never wrote here", other: "Open the other", answers: "Which flow answers what", try: "Try a message", says: /Old shop answers/u, conflict: /is meant for Shop, and Old shop answers/u },
  "ar-SA": { create: "أنشئها", secret: "السر", store: "حفظ بيانات اعتماد", make: "إنشاء العنوان", address: "العنوان", calls: "لم يراسلنا هذا الشخص قط", other: "فتح الآخر", answers: "أي مسار يجيب عن ماذا", try: "جرّب رسالة", says: /يجيب.*Old shop/u, conflict: /ويجيب عنها/u },
};
const flow = (name, keyword, steps = []) => ({
  name,
  nodes: [
    { id: "start", type: "whatsapp_trigger", config: { trigger_type: "keyword", keywords: [keyword] }, position: { x: 0, y: 0 } },
    { id: "hook", type: "whatsapp_trigger", config: { trigger_type: "webhook" }, position: { x: 320, y: 0 } },
    { id: "say", type: "whatsapp_reply", config: { message: "Hello" }, position: { x: 0, y: 200 } },
    ...steps,
  ],
  edges: [{ id: "e1", source: "start", target: steps[0]?.id ?? "say" }, { id: "e2", source: "hook", target: "say" }, ...steps.map((step) => ({ id: `${step.id}-ok`, source: step.id, sourceHandle: "ok", target: "say" }))],
});
const ASK = { id: "ask", type: "http_request", config: { url: "https://api.shop.example.com/orders", credential: "Till" }, position: { x: 0, y: 400 } };

await stories([{ language: "en-US" }, { language: "ar-SA" }], async (page, { language }) => {
  const words = WORDS[language];
  const person = await newPerson(page);
  const session = await (await page.request.post(`${api}/api/auth/login`, { data: { email: person.email, password: person.password } })).json();
  const headers = { Authorization: `Bearer ${session.access_token}` };
  const post = async (path, data = {}) => (await page.request.post(`${api}${path}`, { data, headers })).json();
  const old = await post("/api/bots", { name: "Old shop", blueprint: flow("Old shop", "menu") });
  await post(`/api/bots/${old.id}/publish`);
  const bot = await post("/api/bots", { name: "Shop", blueprint: flow("Shop", "Menu!", [ASK]) });

  await page.goto(`${api}/flows/${bot.id}?node=ask`);
  await page.getByRole("button", { name: words.create }).click();
  const dialog = page.getByRole("dialog");
  check((await dialog.locator("[name=name]").inputValue()) === "Till", "the name is not taken over");
  check((await dialog.locator("[name=hosts]").inputValue()) === "api.shop.example.com", "the host is not taken over");
  await dialog.getByLabel(words.secret, { exact: true }).fill("sk_live_1");
  await dialog.getByRole("button", { name: words.store }).click();
  await dialog.waitFor({ state: "detached" });
  await page.getByRole("button", { name: words.create }).waitFor({ state: "detached" });
  check(!(await page.content()).includes("sk_live_1"), "the secret is still on the page");
  await post(`/api/bots/${bot.id}/publish`);

  await page.goto(`${api}/flows/${bot.id}?node=hook`);
  await page.getByRole("button", { name: words.make }).click();
  const url = await page.getByRole("textbox", { name: words.address, exact: true }).inputValue();
  const called = await fetch(`${api}/api/hooks/${url.split("/").at(-1)}`, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ phone: "+966501234567" }) });
  check(called.status === 409, `the address answers ${called.status}`);
  await page.getByText(words.calls).waitFor({ timeout: 15_000 });
  await page.screenshot({ path: `${process.env.PICTURES}/hook-${language}.png` });

  await page.goto(`${api}/flows/${bot.id}?node=start`);
  await page.getByRole("link", { name: words.other }).first().click();
  await page.waitForURL(new RegExp(old.id, "u"));
  await page.goto(`${api}/flows`);
  await page.getByRole("link", { name: words.answers }).click();
  await page.getByText(words.conflict).first().waitFor();
  await page.getByRole("textbox", { name: words.try }).fill("MENU");
  await page.getByText(words.says).first().waitFor();
  await checkWidth(page, "which flow answers");
  const barriers = await findBarriers(page, "which flow answers");
  check(barriers.length === 0, barriers.join("\n"));
  await page.screenshot({ path: `${process.env.PICTURES}/answers-${language}.png` });
});
