// The canvas in order: steps are lined up and spread, connections are walked, filled and removed by keyboard, the menu under the pointer has
// what one needs, and steps are carried into another workspace.
import { lookOnce } from "./look.mjs";
import { api, check, demo, enter, newPerson, open, still, story, until } from "./stage.mjs";

const ask = async (method, path, body) => {
  const answer = await fetch(`${api}${path}`, { method, headers: { Authorization: `Bearer ${demo.personal_access_token}`, "Content-Type": "application/json" }, ...(body && { body: JSON.stringify(body) }) });
  check(answer.ok, `${method} ${path}: ${await answer.clone().text()}`);
  return answer.json();
};
const say = (id, x, y) => ({ id, type: "whatsapp_reply", name: id, config: { message: { en: id } }, position: { x, y } });
const start = { id: "start", type: "whatsapp_trigger", name: "Start", config: { trigger_type: "new_conversation" }, position: { x: 300, y: 0 } };
const choose = { id: "if", type: "if_condition", name: "if", config: { left_value: "{{ message.text }}", operator: "equals", right_value: "a" }, position: { x: 300, y: 180 } };
const edges = [
  { id: "1", source: "start", target: "if" },
  { id: "2", source: "if", target: "a", sourceHandle: "true" },
  { id: "3", source: "if", target: "b", sourceHandle: "false" },
];
const bot = await ask("POST", "/api/bots", { name: "In order", blueprint: { name: "In order", languages: ["en"], nodes: [start, choose, say("a", 0, 420), say("b", 600, 470), say("c", 330, 520)], edges } });
const draft = async () => (await ask("GET", `/api/bots/${bot.id}/flow`)).blueprint;
const placesOf = async (...ids) => {
  const { nodes } = await draft();
  return ids.map((id) => nodes.find((node) => node.id === id).position);
};

async function lineUp(page) {
  const step = (id) => page.locator(`.react-flow__node[data-id="${id}"]`);
  await step("a").click();
  for (const id of ["b", "c"]) await step(id).click({ modifiers: ["ControlOrMeta"] });
  const tools = page.getByRole("group", { name: "3 chosen" });
  for (const [label, isSo] of [
    ["Line up at the top", ([a, b, c]) => a.y === 420 && b.y === 420 && c.y === 420],
    ["Equal gaps sideways", ([a, b, c]) => a.x === 0 && b.x === 600 && c.x === 300],
  ]) {
    await tools.getByRole("button", { name: label }).click();
    await until(async () => isSo(await placesOf("a", "b", "c")), `steps after “${label}”`);
  }
  await page.keyboard.press("Alt+KeyD");
  await until(async () => (await placesOf("a", "b", "c")).every(({ x }) => x === 600), "steps lined up on the right by keyboard");
  await page.keyboard.press("Control+z");
  await until(async () => (await placesOf("a"))[0].x === 0, "places as they were before");
}

async function walkLinks(page) {
  const here = () => page.evaluate(() => document.activeElement?.getAttribute("aria-label") ?? "nothing");
  const stops = await page.locator(".react-flow__node[tabindex='0']").count();
  check(stops === 1, `the canvas is ${stops} stops of the Tab key`);
  await page.locator('.react-flow__node[data-id="if"]').focus();
  await page.keyboard.press("c");
  check((await here()) === "Connection: yes, from if to a", `c leads to ${await here()}`);
  await page.keyboard.press("ArrowRight");
  check((await here()) === "Connection: no, from if to b", `the next connection is ${await here()}`);
  await page.keyboard.press("Enter");
  await page.getByRole("dialog").getByRole("combobox").fill("send a message");
  await page.keyboard.press("Enter");
  await until(async () => {
    const { nodes, edges: links } = await draft();
    const added = nodes.find((node) => !["start", "if", "a", "b", "c"].includes(node.id));
    return added && links.some((link) => link.source === "if" && link.sourceHandle === "false" && link.target === added.id) && links.some((link) => link.source === added.id && link.target === "b");
  }, "step in the middle of a connection");
  await page.keyboard.press("Escape");
  await page.locator('.react-flow__node[data-id="if"]').focus();
  await page.keyboard.press("c");
  await page.keyboard.press("Delete");
  await until(async () => !(await draft()).edges.some((link) => link.sourceHandle === "true"), "connection removed by keyboard");
  check((await here()).startsWith("if."), `after removing, the focus is on ${await here()}`);
  await page.keyboard.press("Control+z");
  await until(async () => (await draft()).edges.some((link) => link.sourceHandle === "true"), "connection brought back");
}

async function useMenu(page) {
  await page.locator('.react-flow__node[data-id="c"]').click({ button: "right" });
  const item = (name) => page.getByRole("menuitem", { name });
  await item("Edit step").waitFor();
  const found = await lookOnce(page, "menu of a step", "en");
  check(found.length === 0, found.join("\n"));
  await item("Duplicate").click();
  await until(async () => (await draft()).nodes.filter((node) => node.name === "c").length === 2, "duplicate from the menu");
  await page.locator('.react-flow__node[data-id="a"]').click();
  await page.keyboard.press("Shift+F10");
  await item("Remove").waitFor();
  await page.keyboard.press("End");
  await until(() => item("Remove").evaluate((element) => element === document.activeElement), "focus on the last of the menu");
  await page.keyboard.press("Enter");
  await until(async () => !(await draft()).nodes.some((node) => node.id === "a"), "step removed from the menu by keyboard");
  await page.locator(".react-flow__pane").click({ button: "right", position: { x: 30, y: 400 } });
  await item("Add a note").click();
  await until(async () => (await draft()).comments.length === 1, "note from the menu of the canvas");
}

/** Steps go into another workspace: what they took from the first is named, and what is missing there is a fault. */
async function carryAcross(page, stage) {
  const call = { id: "call", type: "http_request", name: "call", config: { method: "GET", url: "https://api.example.com/", credential: "Orders of the shop" }, position: { x: 0, y: 0 } };
  const from = await ask("POST", "/api/bots", { name: "Copied from", blueprint: { name: "Copied from", languages: ["en"], nodes: [call], edges: [] } });
  await page.goto(`${api}/flows/${from.id}?version=draft`);
  await page.locator('.react-flow__node[data-id="call"]').click();
  await page.keyboard.press("Control+c");
  const clip = await page.evaluate(() => navigator.clipboard.readText());
  const other = await open(stage, {});
  await other.context().grantPermissions(["clipboard-read", "clipboard-write"], { origin: new URL(api).origin });
  await newPerson(other);
  await other.goto(`${api}/flows`);
  await other.getByRole("button", { name: "New bot" }).first().click();
  await other.getByRole("dialog").getByRole("textbox").fill("Copied into");
  await other.keyboard.press("Enter");
  await other.getByRole("heading", { name: "An empty flow" }).waitFor();
  await other.evaluate((text) => navigator.clipboard.writeText(text), clip);
  await other.locator(".react-flow__pane").click({ position: { x: 30, y: 30 } });
  await other.keyboard.press("Control+v");
  await other.getByText("These steps come from another workspace. Here they need: the credential “Orders of the shop”.").first().waitFor();
  await other.getByText("This workspace has no credential 'Orders of the shop'.").first().waitFor();
}

await story(async (page, stage) => {
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"], { origin: new URL(api).origin });
  await enter(page);
  await page.goto(`${api}/flows/${bot.id}?version=draft`);
  await page.locator('.react-flow__node[data-id="c"]').waitFor();
  await still(page.locator('.react-flow__node[data-id="c"]'));
  await lineUp(page);
  await walkLinks(page);
  await useMenu(page);
  await carryAcross(page, stage);
});
