// What every story stands on: a browser, the demo's addresses, and a few ways to look and to fail.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { deflateSync } from "node:zlib";

const require = createRequire(new URL("../../../web/package.json", import.meta.url));
const { chromium } = require("playwright-core");
const AXE = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");

const FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"];

export const demo = JSON.parse(process.env.DEMO);
export const api = demo.api_url;
export const simulator = demo.simulator_url;
export const channel = demo.channels[0];

export function check(isSo, what) {
  if (!isSo) throw new Error(what);
}

const LONGEST_MS = 240_000;

/** Refuses in the end: whatever a story hangs on, its pictures show where. */
const tooLate = () => new Promise((_, refuse) => setTimeout(() => refuse(new Error("the story does not end")), LONGEST_MS).unref());

let launched = null;
let running = 0;

/**
 * Runs a story in a context of its own, in the one browser of this process; several may run side by side. The second argument of `tell`
 * opens further contexts, by `open`. On failure a picture of every page is kept.
 */
export async function story(tell, view = {}) {
  running += 1;
  launched ??= chromium.launch({ executablePath: process.env.CHROMIUM, args: FLAGS });
  const browser = await launched;
  const contexts = [];
  const faults = [];
  const stage = {
    newContext: async (options) => {
      const context = await browser.newContext(options);
      contexts.push(context);
      context.setDefaultTimeout(30_000); // a busy machine is slow, and not wrong
      context.on("page", (page) => page.on("pageerror", (error) => faults.push(error.message)));
      return context;
    },
  };
  try {
    await Promise.race([tell(await open(stage, view), stage), tooLate()]);
    check(faults.length === 0, `a page threw: ${faults.join("; ")}`);
  } catch (error) {
    const { width = 1440, language = "en-US", theme = "light" } = view;
    for (const [place, shown] of contexts.flatMap((context) => context.pages()).entries()) {
      const name = `failed-${language}-${width}-${theme}-${place}.png`;
      await shown.screenshot({ path: `${process.env.PICTURES}/${name}` }).catch(() => undefined);
      console.error(`${name} at ${shown.url()}`);
    }
    throw error;
  } finally {
    await Promise.all(contexts.map((context) => context.close()));
    running -= 1;
    if (running === 0) {
      launched = null;
      await browser.close();
    }
  }
}

/** The same story in several views side by side; waits for all of them, then throws the first fault. */
export async function stories(views, tell) {
  const told = await Promise.allSettled(views.map((view) => story((page, stage) => tell(page, view, stage), view)));
  for (const { reason } of told) if (reason) throw reason;
}

/** Somebody else's browser, or one's own on another machine. */
export async function open(stage, { width = 1440, height = 900, language = "en-US", theme = "light" }) {
  const context = await stage.newContext({ viewport: { width, height }, locale: language, colorScheme: theme });
  return context.newPage();
}

let people = 0;

/** A new person with a workspace of the own, logged in. */
export async function newPerson(page) {
  people += 1;
  const person = { email: `noor.${Date.now()}.${people}@qamar.example.com`, password: "a hoopoe carries letters" };
  const answer = await page.request.post(`${api}/api/auth/register`, { data: { ...person, name: "Noor", workspace_name: "Noor's own" } });
  check(answer.ok(), `nobody could register: ${await answer.text()}`);
  await page.goto(`${api}/inbox`);
  await page.locator("#inbox-search").waitFor();
  return person;
}

/** In without the form, which has a story of its own. */
export async function enter(page) {
  const answer = await page.request.post(`${api}/api/auth/login`, { data: { email: demo.owner.email, password: demo.owner.password } });
  check(answer.ok(), `the owner could not log in: ${await answer.text()}`);
}

export async function logIn(page) {
  await page.goto(`${api}/login`);
  await page.locator("input[type=email]").fill(demo.owner.email);
  await page.locator("input[type=password]").fill(demo.owner.password);
  await page.keyboard.press("Enter");
  await page.waitForURL((url) => url.pathname.startsWith("/inbox"));
  await page.locator("#inbox-search").waitFor();
}

/** Somebody writes on a simulated phone. */
export async function write(number, body) {
  const answer = await fetch(`${simulator}/phones/${encodeURIComponent(number)}/messages`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ to: channel.number, type: "text", text: { body } }),
  });
  check(answer.ok, `the simulator refused: ${await answer.text()}`);
}

/** A PNG of one colour, made here. */
export function picture(width, height, [red, green, blue]) {
  const chunk = (name, data) => {
    const body = Buffer.concat([Buffer.from(name), data]);
    const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
    length.writeUInt32BE(data.length);
    sum.writeUInt32BE(crc(body));
    return Buffer.concat([length, body, sum]);
  };
  const head = Buffer.from([0, 0, 0, 0, 0, 0, 0, 0, 8, 2, 0, 0, 0]);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  // Lighter towards the bottom, so that one sees which side is up.
  const lines = Array.from({ length: height }, (_, y) => {
    const shade = (part) => Math.round(part + (255 - part) * (y / height) * 0.6);
    return Buffer.concat([Buffer.from([0]), Buffer.alloc(width * 3, Buffer.from([shade(red), shade(green), shade(blue)]))]);
  });
  return Buffer.concat([Buffer.from("89504e470d0a1a0a", "hex"), chunk("IHDR", head), chunk("IDAT", deflateSync(Buffer.concat(lines))), chunk("IEND", Buffer.alloc(0))]);
}

function crc(bytes) {
  let sum = ~0;
  for (const byte of bytes) {
    sum ^= byte;
    for (let bit = 0; bit < 8; bit += 1) sum = (sum >>> 1) ^ (sum & 1 ? 0xedb88320 : 0);
  }
  return ~sum >>> 0;
}

/** Somebody sends a file from a simulated phone. */
export async function sendFile(number, kind, data, fields) {
  const file = { data: data.toString("base64"), ...fields };
  const answer = await fetch(`${simulator}/phones/${encodeURIComponent(number)}/messages`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ to: channel.number, type: kind, [kind]: file }),
  });
  check(answer.ok, `the simulator refused: ${await answer.text()}`);
}

/** Exactly these faults are on. */
export async function setFaults(...faults) {
  const answer = await fetch(`${simulator}/world/faults`, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ faults }) });
  check(answer.ok, `the simulator took no faults: ${await answer.text()}`);
}

/** What a simulated phone shows that the business sent: nothing on one that nobody has used yet. */
export async function received(number) {
  const answer = await fetch(`${simulator}/phones/${encodeURIComponent(number)}/messages`);
  if (answer.status === 404) return [];
  return (await answer.json()).messages.filter((message) => message.direction === "in");
}

const ask = async (path) => (await fetch(`${api}${path}`, { headers: { Authorization: `Bearer ${demo.personal_access_token}` } })).json();

/** Somebody's conversation as the API has it. */
export async function conversationOf(number) {
  const [conversation] = (await ask(`/api/conversations?q=${encodeURIComponent(number)}`)).data;
  return conversation;
}

/** The newest messages of somebody's conversation as the API has them: "in hello", "out list" and so on, oldest first. */
export async function thread(number, count) {
  return threadOf((await conversationOf(number)).id, count);
}

/** The same, of a conversation whose person may have moved to another number. */
export async function threadOf(id, count) {
  const { data } = await ask(`/api/conversations/${id}/messages?limit=${count}`);
  return data.toReversed().map(({ direction, type, content }) => `${direction} ${type === "text" ? content.body : type}`);
}

/** How the files of somebody's conversation stand ("stored" and so on), the newest first. */
export async function filesOf(number) {
  const conversation = await conversationOf(number);
  if (!conversation) return [];
  const { data } = await ask(`/api/conversations/${conversation.id}/messages?limit=50`);
  return data.map(({ content }) => content?.state).filter(Boolean);
}

export async function until(look, what, seconds = 15) {
  const end = Date.now() + seconds * 1000;
  for (;;) {
    const found = await look();
    if (found) return found;
    check(Date.now() < end, `there was no ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Waits until what moves by itself stands still: the canvas, which shows all of a flow at first. */
export async function still(locator) {
  let [last, times] = ["", 0];
  await until(async () => {
    await new Promise((resolve) => setTimeout(resolve, 100));
    const now = JSON.stringify(await locator.boundingBox());
    [last, times] = [now, now === last ? times + 1 : 0];
    return times >= 4;
  }, "end of a movement");
}

/** Serious and critical findings of axe on the page as it is now; of some rules only where they are named. */
export async function findBarriers(page, where, rules) {
  if (!(await page.evaluate(() => "axe" in globalThis))) await page.evaluate(AXE); // by the debugger: the page's own policy refuses scripts from elsewhere
  const { violations } = await page.evaluate((runOnly) => globalThis.axe.run(document, { resultTypes: ["violations"], ...(runOnly && { runOnly }) }), rules);
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(({ id, nodes }) => `${where}: ${id} ${nodes.slice(0, 3).map((node) => node.html.slice(0, 160)).join(" | ")}`);
}

/** Nothing sticks out sideways. */
export async function checkWidth(page, where) {
  const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  check(over <= 0, `${where} is ${over} px too wide`);
}
