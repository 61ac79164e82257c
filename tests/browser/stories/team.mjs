// A second person: invited by a link, joins in another browser, gets another role, is removed and sees no more within seconds.
import { api, check, logIn, open, story } from "./stage.mjs";

await story(async (page, browser) => {
  await logIn(page);
  await page.goto(`${api}/settings/members`);
  await page.getByRole("button", { name: "Invite" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("E-mail").fill("nonsense");
  await dialog.getByRole("button", { name: "Invite" }).click();
  await dialog.getByText("Write an e-mail address").waitFor();
  await dialog.getByLabel("E-mail").fill("sami@qamar.example.com");
  await dialog.getByRole("button", { name: "Invite" }).click();
  const link = await dialog.locator("input[readonly]").inputValue();
  check(link.includes("/invitation#hit_"), `the link reads ${link.slice(0, 60)}`);
  await dialog.getByRole("button", { name: "Done" }).click();
  await page.getByText("sami@qamar.example.com").waitFor();

  const his = await open(browser, { width: 360, height: 760, language: "ar-SA" });
  await his.goto(link);
  await his.getByRole("heading", { name: "الانضمام إلى" }).waitFor();
  check(await his.getByLabel("بريد العمل").inputValue() === "sami@qamar.example.com", "the invitation's e-mail does not stand there");
  await his.getByRole("button", { name: "انضمام" }).click();
  await his.getByText("12 حرفًا").first().waitFor();
  await his.getByLabel("الاسم").fill("سامي الحربي");
  await his.getByLabel("كلمة المرور").fill("هدهد يحمل الرسائل");
  await his.getByRole("button", { name: "انضمام" }).click();
  await his.waitForURL((url) => url.pathname.startsWith("/inbox"));
  await his.locator("#inbox-search").waitFor();

  const again = await open(browser, {});
  await again.goto(link);
  await again.getByRole("heading", { name: "This invitation is no longer good" }).waitFor();

  // A link that was cut in the middle of a character.
  for (const damaged of ["%", "hit_abc%D9"]) {
    await again.goto(`${api}/forgot`);
    await again.goto(`${api}/invitation#${damaged}`);
    await again.getByRole("heading", { name: "This invitation is no longer good" }).waitFor();
    await again.goto(`${api}/new-password#${damaged}`);
    await again.getByRole("heading", { name: "This link is no longer good" }).waitFor();
  }
  const arabic = await open(browser, { width: 360, height: 760, language: "ar-SA" });
  await arabic.goto(`${api}/invitation#%`);
  await arabic.getByRole("heading", { name: "لم تعد هذه الدعوة صالحة" }).waitFor();

  await page.reload();
  const row = page.getByRole("listitem").filter({ hasText: "سامي الحربي" });
  await row.getByRole("combobox").click();
  await page.getByRole("option", { name: "Viewer" }).click();
  await page.getByText("is now Viewer").first().waitFor();
  await row.getByRole("button", { name: "Remove" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Remove" }).click();
  await row.waitFor({ state: "detached" });
  // He belongs to no workspace any more, so he is out.
  await his.waitForURL((url) => url.pathname === "/login");
});
