// Versions: what changed between one and the draft, as a list, drawn and as JSON; and an older one becomes the draft again, which can be undone.
import { api, check, checkWidth, demo, enter, findBarriers, stories, until } from "./stage.mjs";

const ask = async (method, path, body) => {
  const answer = await fetch(`${api}${path}`, { method, headers: { Authorization: `Bearer ${demo.personal_access_token}`, "Content-Type": "application/json" }, ...(body && { body: JSON.stringify(body) }) });
  check(answer.ok, `${method} ${path}: ${await answer.clone().text()}`);
  return answer.json();
};
const say = (id, message, y) => ({ id, type: "whatsapp_reply", name: id, config: { message }, position: { x: 0, y } });
const start = { id: "start", type: "whatsapp_trigger", name: "Start", config: { trigger_type: "keyword", keywords: ["versions"] }, position: { x: 0, y: 0 } };
const edge = (source, target) => ({ id: `${source}-${target}`, source, target });
const OLD = { name: "Versions", nodes: [start, say("hello", "Hello", 200), say("bye", "Bye", 400)], edges: [edge("start", "hello"), edge("hello", "bye")] };
const NEW = { name: "Versions", nodes: [start, say("hello", "Good morning", 200), say("thanks", "Thanks", 400)], edges: [edge("start", "hello"), edge("hello", "thanks")] };
const WORDS = {
  "en-US": { drawing: "Drawing", json: "JSON", removed: "Removed", restore: /^Restore version 1/u, go: "Restore", undo: "Undo" },
  "ar-SA": { drawing: "الرسم", json: "JSON", removed: "حُذف", restore: /^استعد الإصدار/u, go: "استعد", undo: "تراجع" },
};

await stories([{ language: "en-US", width: 1440 }, { language: "ar-SA", width: 360, height: 760 }], async (page, { language, width }) => {
  const words = WORDS[language];
  const look = async (what) => {
    await checkWidth(page, what);
    const barriers = await findBarriers(page, what);
    check(barriers.length === 0, barriers.join("\n"));
    await page.screenshot({ path: `${process.env.PICTURES}/${what.replaceAll(" ", "-")}-${language}-${width}.png` });
  };
  const bot = await ask("POST", "/api/bots", { name: "Versions", blueprint: OLD });
  await ask("POST", `/api/bots/${bot.id}/publish`, { note: "The first" });
  await ask("PUT", `/api/bots/${bot.id}/flow`, { blueprint: NEW });
  const said = async () => (await ask("GET", `/api/bots/${bot.id}/flow`)).blueprint.nodes[1].config.message;

  await enter(page);
  if (width > 1000) {
    // Reading, one step after the other opens.
    await page.goto(`${api}/flows/${bot.id}?version=1`);
    for (const id of ["hello", "bye", "start"]) {
      await page.locator(`.react-flow__node[data-id=${id}]`).click();
      await page.waitForURL(new RegExp(`node=${id}`, "u"));
    }
  }
  await page.goto(`${api}/flows/${bot.id}/compare?from=1`);
  await page.getByText("Good morning").waitFor();
  await page.getByText(words.removed).first().waitFor();
  await look("changes");
  await page.getByRole("tab", { name: words.json }).click();
  await page.getByText('"message": "Good morning"').waitFor();
  await page.getByRole("tab", { name: words.drawing }).click();
  await page.locator(".react-flow__node").nth(3).waitFor();
  await look("both drawn");
  await page.getByRole("link", { name: words.restore }).click();
  await page.getByRole("dialog").getByRole("button", { name: words.go, exact: true }).click();
  await until(async () => (await said()) === "Hello", "the older version as the draft");
  await page.getByRole("button", { name: words.undo, exact: true }).last().click();
  await until(async () => (await said()) === "Good morning", "the draft as it was");
});
