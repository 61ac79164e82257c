// The canvas under a finger: a step is dragged, a connection drawn, the view moved and pinched, and a finger that stays opens what can be done.
import { PHONE, speak } from "./look.mjs";
import { api, check, demo, enter, still, story, until } from "./stage.mjs";

const STAY_MS = 900;
const ask = async (method, path, body) => {
  const answer = await fetch(`${api}${path}`, { method, headers: { Authorization: `Bearer ${demo.personal_access_token}`, "Content-Type": "application/json" }, ...(body && { body: JSON.stringify(body) }) });
  check(answer.ok, `${method} ${path}: ${await answer.clone().text()}`);
  return answer.json();
};
const say = (id, x, y) => ({ id, type: "whatsapp_reply", name: id, config: { message: { en: id } }, position: { x, y } });
const start = { id: "start", type: "whatsapp_trigger", name: "Start", config: { trigger_type: "new_conversation" }, position: { x: 0, y: 0 } };

/** Fingers on the glass, as the device reports them. */
async function fingersOn(page) {
  const session = await page.context().newCDPSession(page);
  const send = (type, points) => session.send("Input.dispatchTouchEvent", { type, touchPoints: points.map(([x, y], id) => ({ x: Math.round(x), y: Math.round(y), id })) });
  const between = (from, to, share) => from.map((at, axis) => at + (to[axis] - at) * share);
  return {
    /** Each finger from one place to another, all at once. */
    move: async (...ways) => {
      await send("touchStart", ways.map(([from]) => from));
      for (let step = 1; step <= 10; step += 1) await send("touchMove", ways.map(([from, to]) => between(from, to, step / 10)));
      await send("touchEnd", []);
    },
    stay: async (at) => {
      await send("touchStart", [at]);
      await new Promise((resolve) => setTimeout(resolve, STAY_MS));
      await send("touchEnd", []);
    },
  };
}

const centre = async (locator) => {
  const box = await locator.boundingBox();
  return [box.x + box.width / 2, box.y + box.height / 2];
};

await story(async (page, stage) => {
  const context = await stage.newContext({ viewport: PHONE, hasTouch: true, isMobile: true, locale: "en-US" });
  await context.grantPermissions(["clipboard-read", "clipboard-write"], { origin: new URL(api).origin });
  const phone = await context.newPage();
  await speak(phone, "en");
  await enter(phone);
  const bot = await ask("POST", "/api/bots", { name: "By finger", blueprint: { name: "By finger", languages: ["en"], nodes: [start, say("hello", 0, 190), say("bye", 0, 400)], edges: [{ id: "1", source: "start", target: "hello" }] } });
  const draft = async () => (await ask("GET", `/api/bots/${bot.id}/flow`)).blueprint;
  const placeOf = async (id) => (await draft()).nodes.find((node) => node.id === id).position;
  await phone.goto(`${api}/flows/${bot.id}?version=draft`);
  const step = (id) => phone.locator(`.react-flow__node[data-id="${id}"]`);
  const viewOf = () =>
    phone.locator(".react-flow__viewport").evaluate((element) => {
      const { a, e, f } = new DOMMatrix(getComputedStyle(element).transform);
      return { zoom: a, x: e, y: f };
    });
  await step("bye").waitFor();
  await until(async () => (await viewOf()).x !== 0, "flow in its place");
  await still(step("bye"));
  /** Away from the rings, which reach far for a finger. */
  const nameOf = (id) => centre(step(id).getByText(id, { exact: true }).first());
  const fingers = await fingersOn(phone);

  const from = await nameOf("bye");
  await fingers.move([from, [from[0] + 40, from[1] + 60]]);
  await until(async () => (await placeOf("bye")).y > 430, "step that was dragged by a finger");

  const ring = await centre(step("hello").locator(".react-flow__handle-bottom"));
  const entry = await centre(step("bye").locator(".react-flow__handle-top"));
  await fingers.move([ring, entry]);
  await until(async () => (await draft()).edges.some((edge) => edge.source === "hello" && edge.target === "bye"), "connection that was drawn by a finger");

  const pane = await phone.locator(".react-flow").boundingBox();
  const free = [pane.x + 20, pane.y + pane.height * 0.62];
  const before = await viewOf();
  await fingers.move([free, [free[0] + 30, free[1] - 60]]);
  await until(async () => Math.abs((await viewOf()).y - before.y) > 30, "view that was moved by a finger");
  const wide = await viewOf();
  await fingers.move([[free[0] + 90, free[1] - 120], [free[0] + 20, free[1] - 200]], [[free[0] + 120, free[1] - 90], [free[0] + 220, free[1] + 20]]);
  await until(async () => (await viewOf()).zoom > wide.zoom * 1.2, "view that was pinched closer");

  await phone.getByRole("button", { name: "Show all" }).tap();
  await still(step("bye"));
  await fingers.stay(await nameOf("bye"));
  await phone.getByRole("menuitem", { name: "Duplicate" }).tap();
  await until(async () => (await draft()).nodes.length === 4, "step that was duplicated from the menu of a finger that stays");
  await phone.getByRole("button", { name: "Show all" }).tap();
  await still(step("bye"));
  await fingers.stay([pane.x + 14, pane.y + pane.height * 0.5]);
  await phone.getByRole("menuitem", { name: "Add a note" }).tap();
  await until(async () => (await draft()).comments.length === 1, "note from the menu of the canvas");
});
