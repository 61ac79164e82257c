// Somebody connects a number on a phone, in Arabic, with a typing error: it is said in Arabic, mended, and removed.
import { api, check, checkWidth, demo, findBarriers, newPerson, story } from "./stage.mjs";

const line = demo.channels.find(({ provider }) => provider === "twilio");

await story(
  async (page) => {
    await page.addInitScript(() => localStorage.setItem("hoopoe.language", "ar"));
    await newPerson(page);
    await page.goto(`${api}/channels`);
    await page.locator('main a[href="/channels/connect"]').click();
    await page.locator("main ul button").last().click();
    const type = async (values) => {
      for (const [name, value] of Object.entries(values)) await page.locator(`input[name=${name}]`).fill(value);
      await page.locator("main form button[type=submit]").click();
    };
    await type({ name: "الفرع", number: line.number, account_sid: line.account_sid, auth_token: "a-token-with-a-typo" });
    await page.getByText("معرّف الحساب أو رمز المصادقة خاطئ.").waitFor();
    await checkWidth(page, "a number that waits");
    const barriers = await findBarriers(page, "a number that waits");
    check(barriers.length === 0, barriers.join("\n"));
    await page.screenshot({ path: `${process.env.PICTURES}/connect-waiting.png` });
    await page.getByRole("button", { name: "تعديل البيانات" }).click();
    check((await page.locator("input[name=number]").inputValue()) === line.number, "what was right is kept");
    await page.screenshot({ path: `${process.env.PICTURES}/connect-details.png` });
    await type({ auth_token: line.auth_token });
    // The demo's own workspace has it.
    await page.getByText("هذا الرقم مربوط من قبل. افصله هناك أولًا.").waitFor();
    await page.getByRole("link", { name: "تركها لوقت لاحق" }).click();
    await page.locator("main article").waitFor();
    check((await page.locator("main article").count()) === 1, "the second try replaced the first");
    await page.screenshot({ path: `${process.env.PICTURES}/channels-waiting.png` });
    await page.locator("main article").getByRole("button", { name: "تعديل البيانات" }).click();
    await page.locator("[role=dialog] input[name=account_sid]").waitFor();
    await page.keyboard.press("Escape");
    await page.locator("main article").getByRole("button", { name: "إزالة" }).click();
    await page.locator("[role=dialog]").getByRole("button", { name: "إزالة" }).click();
    await page.locator('main a[href="/channels/connect"]').waitFor();
    await page.locator("main article").waitFor({ state: "detached" });
  },
  { width: 360, height: 760, language: "ar-SA" },
);
