// The editor's form, tools and dialogs in both languages: right to left, nothing sticks out, no barrier for anybody.
import { LANGUAGES, lookOnce, PHONE, speak } from "./look.mjs";
import { api, check, demo, enter, still, stories } from "./stage.mjs";

const say = (id, x) => ({ id, type: "whatsapp_reply", name: id, config: { message: { en: id, ar: id } }, position: { x, y: 200 } });
const nodes = [{ id: "start", type: "whatsapp_trigger", name: "Start", config: { trigger_type: "new_conversation" }, position: { x: 0, y: 0 } }, say("a", 0), say("b", 300)];
const made = await fetch(`${api}/api/bots`, {
  method: "POST",
  headers: { Authorization: `Bearer ${demo.personal_access_token}`, "Content-Type": "application/json" },
  body: JSON.stringify({ name: "Panels", blueprint: { name: "Panels", languages: ["en", "ar"], nodes, edges: [{ id: "1", source: "start", target: "a" }] } }),
});
check(made.ok, `there is no bot: ${await made.clone().text()}`);
const bot = await made.json();
const found = [];

await stories(LANGUAGES, async (page, { code }) => {
  await speak(page, code);
  await enter(page);
  await page.goto(`${api}/flows/${bot.id}?version=draft`);
  await page.locator('.react-flow__node[data-id="b"]').waitFor();
  await still(page.locator('.react-flow__node[data-id="b"]'));
  const see = async (name) => found.push(...(await lookOnce(page, `${name} ${code}`, code)));
  const seeDialog = async (name, openIt) => {
    await openIt();
    await page.getByRole("dialog").waitFor();
    await see(name);
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "detached" });
  };
  await page.locator('.react-flow__node[data-id="b"]').click();
  await see("form of a step");
  await page.locator(".react-flow__pane").click({ position: { x: 30, y: 400 } });
  await page.keyboard.press("Control+a");
  await see("several chosen");
  await seeDialog("keys", () => page.keyboard.press("?"));
  await seeDialog("search for a step", () => page.keyboard.press("/"));
  await seeDialog("languages", () => page.locator("header button:has(svg.lucide-languages)").click());
  await page.setViewportSize(PHONE);
  await see("canvas on a phone");
});
check(found.length === 0, `axe found:\n${found.join("\n")}`);
