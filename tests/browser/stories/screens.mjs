// Every screen behind the login in both languages, at both sizes, in both themes, with its dialogs: right to left, nothing sticks out, no barrier for anybody.
import { LANGUAGES, look, speak } from "./look.mjs";
import { api, channel, check, enter, filesOf, picture, sendFile, setFaults, simulator, stories, until, write } from "./stage.mjs";

const barriers = [];
const NUMBER = "+966500000101";
const PDF = Buffer.from("%PDF-1.4\n% the menu\n%%EOF\n");
await write(NUMBER, "السلام عليكم");
await sendFile(NUMBER, "image", picture(900, 600, [150, 90, 40]), { mime_type: "image/png", caption: "أريد مثل هذه، من فضلكم" });
await sendFile(NUMBER, "image", picture(300, 900, [40, 90, 150]), { mime_type: "image/png" });
await sendFile(NUMBER, "document", PDF, { mime_type: "application/pdf", filename: "قائمة الطعام للحفلات والمناسبات الكبيرة.pdf" });
// They are fetched before anything goes wrong.
await until(async () => {
  const newest = (await filesOf(NUMBER)).slice(0, 3);
  return newest.length === 3 && newest.every((state) => state === "stored");
}, "three files that are fetched", 30);
await setFaults({ kind: "media_gone" });
await sendFile(NUMBER, "document", PDF, { mime_type: "application/pdf", filename: "order.pdf", caption: "What we ordered" });

const told = { field: "account_update", value: { event: "ACCOUNT_RESTRICTION", restriction_info: [{ restriction_type: "RESTRICTED_BIZ_INITIATED_MESSAGING", expiration: 1798000000 }] } };
await fetch(`${simulator}/world/channels/${channel.phone_number_id}/events`, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(told) });

async function seeInside(page, code) {
  const see = async (screen, sign, place = screen) => {
    if (place) await page.goto(`${api}/${place}`);
    await page.locator(sign).first().waitFor();
    barriers.push(...(await look(page, screen, code)));
  };
  await see("inbox", "[data-conversation]", "inbox?tab=bot");
  await page.locator("[data-conversation]").first().click();
  await page.locator("#reply").waitFor();
  await page.locator("main img[width]").first().waitFor();
  await see("thread with files", "main a[download]", "");
  await page.locator("main img[width]").first().click();
  await see("picture", "[role=dialog] img", "");
  await page.keyboard.press("Escape");
  await page.locator("input[type=file]").first().setInputFiles({ name: "table.png", mimeType: "image/png", buffer: picture(640, 480, [90, 150, 40]) });
  await page.locator("form [role=progressbar]").waitFor({ state: "detached" });
  await see("a file to send", "form img", "");
  await page.locator("input[type=file]").first().setInputFiles({ name: "empty.pdf", mimeType: "application/pdf", buffer: Buffer.alloc(0) });
  await see("a file that cannot be sent", "form [role=alert] p", "");
  await see("flows", "main a[href^='/flows/']");
  const flow = await page.locator("main a[href^='/flows/']:not([href='/flows/answers'])").first().getAttribute("href");
  await see("flow", ".react-flow__node", flow.slice(1));
  await page.locator("button:has(svg.lucide-smartphone)").click();
  await page.locator("[role=log] ~ form input").fill("قهوة");
  await page.keyboard.press("Enter");
  await see("preview", "[role=log] ~ section", "");
  await see("channels", "article");
  await see("connect", "main ol li[aria-current=step]", "channels/connect");
  await page.locator("main ul button").last().click();
  await see("connect, details", "input[name=account_sid]", "");
  await see("webhooks", "main a[href^='/monitoring/webhooks/']:visible", "monitoring/webhooks");
  await page.locator("main a[href^='/monitoring/webhooks/']:visible").first().click();
  await see("webhook", "main pre:visible", "");
  await see("what WhatsApp says", "main ol article", "monitoring/whatsapp");
  await see("dead letters", "main [role=tabpanel] p", "monitoring/dead-letters");
  await page.locator("main button[aria-haspopup=dialog]").click();
  await see("when it is tried again", "[role=dialog] [role=spinbutton]", "");
  const signs = { general: "main form select", "new-workspace": "main form select", members: "main section h2", audit: "main ul li", account: "main ul li", keys: "main ul li" };
  for (const [place, sign] of Object.entries(signs)) await see(place, sign, `settings/${place}`);
  await page.locator("main button").first().click();
  await page.locator("[role=dialog] input[type=radio]").nth(1).check();
  await see("make a key", "[role=dialog] input[type=checkbox]", "");
  await see("invite", "[role=dialog] form", await press(page, "settings/members", "main section button"));
}

async function press(page, place, button) {
  await page.goto(`${api}/${place}`);
  await page.locator(button).first().click();
  return "";
}

await stories(LANGUAGES, async (page, { code }) => {
  await speak(page, code);
  await enter(page);
  await seeInside(page, code);
});
await setFaults();
check(barriers.length === 0, `axe found:\n${barriers.join("\n")}`);
