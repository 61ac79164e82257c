// Files, both ways: a photo comes and is looked at; one that is gone says so and is fetched again; a file and a recording go out.
import { api, check, enter, picture, received, sendFile, setFaults, simulator, story, until, write } from "./stage.mjs";

const NUMBER = "+966500000104";
const photo = picture(1200, 800, [150, 90, 40]);

const bytesOf = async (id) => Buffer.from(await (await fetch(`${simulator}/world/media/${encodeURIComponent(id)}`)).arrayBuffer());
const last = async () => (await received(NUMBER)).at(-1);

await story(async (page) => {
  await enter(page);
  await write(NUMBER, "Good morning");
  await page.goto(`${api}/inbox?tab=bot`);
  const row = page.locator("[data-conversation]").filter({ hasText: NUMBER });
  await row.first().click();
  await page.locator("#reply").waitFor();
  await page.getByRole("button", { name: "Take over", exact: true }).click();
  await page.getByRole("button", { name: "Hand back" }).waitFor();

  const begun = performance.now();
  await sendFile(NUMBER, "image", photo, { mime_type: "image/png", caption: "Like this one" });
  const small = page.getByRole("img", { name: "Like this one" });
  await small.waitFor();
  console.log(`a photo is in the thread after ${Math.round(performance.now() - begun)} ms`);
  check((await small.evaluate((image) => image.decode().then(() => image.naturalWidth))) === 480, "the thumbnail is no thumbnail");
  await page.getByRole("button", { name: "Open the photo" }).click();
  const whole = page.getByRole("dialog").getByRole("img");
  check((await whole.evaluate((image) => image.decode().then(() => image.naturalWidth))) === 1200, "the photo is not whole");
  const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("dialog").getByRole("link", { name: "Download" }).click()]);
  const chunks = [];
  for await (const chunk of await download.createReadStream()) chunks.push(chunk);
  check(Buffer.concat(chunks).equals(photo), "what was downloaded is not what was sent");
  await page.keyboard.press("Escape");
  await page.getByRole("dialog").waitFor({ state: "detached" });

  await setFaults({ kind: "media_gone" });
  await sendFile(NUMBER, "document", Buffer.from("%PDF-1.4\n%%EOF\n"), { mime_type: "application/pdf", filename: "order.pdf" });
  await page.getByText("The file is gone").waitFor();
  await setFaults();
  await page.getByRole("button", { name: "Fetch again" }).click();
  await page.locator("a[download]").filter({ hasText: "order.pdf" }).waitFor();

  // Out: a file with a caption, sent before it is up.
  await page.locator("input[type=file]").first().setInputFiles({ name: "table.png", mimeType: "image/png", buffer: photo });
  await page.locator("#reply").fill("Your table");
  await page.keyboard.press("Enter");
  const sent = await until(async () => ((await last())?.type === "image" ? last() : null), "photo on the phone");
  check(sent.image.caption === "Your table", `the caption is ${sent.image.caption}`);
  check((await bytesOf(sent.image.id)).equals(photo), "the phone has another photo");
  await page.getByRole("img", { name: "Your table" }).waitFor();
  check((await page.locator("#reply").inputValue()) === "", "the caption was left behind");

  // Out: a recording of this browser, which WhatsApp takes as a voice note.
  await page.getByRole("button", { name: "Record a voice note" }).first().click();
  await page.getByText("0:02").first().waitFor();
  await page.getByRole("button", { name: "Keep it" }).click();
  await page.getByText(/Ready to send/u).waitFor();
  await page.getByRole("button", { name: "Send", exact: true }).first().click();
  const note = await until(async () => ((await last())?.type === "audio" ? last() : null), "voice note on the phone");
  check(note.audio.voice === true, "the voice note is a file of sound");
  check((await bytesOf(note.audio.id)).subarray(0, 4).toString() === "OggS", "the voice note is not Ogg");
  await page.locator("[data-waveform] > span").nth(8).waitFor();
  await page.getByRole("button", { name: "Play Voice note" }).click();
  await page.getByRole("button", { name: "Pause Voice note" }).waitFor();

  // The phone shows what it got.
  await page.goto(simulator);
  await page.getByRole("button", { name: /966500000104/u }).click();
  const phone = page.getByRole("log");
  await phone.getByRole("img", { name: "Your table" }).waitFor();
  await phone.locator("audio").last().waitFor();
});
