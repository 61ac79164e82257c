// Every screen before and beside the login in both languages, at both sizes, in both themes: right to left, nothing sticks out, no barrier for anybody.
import { LANGUAGES, look, speak } from "./look.mjs";
import { api, check, demo, enter, newPerson, open, simulator, stories } from "./stage.mjs";

const barriers = [];

async function seeFromOutside(page, code) {
  const see = async (place, sign) => {
    await page.goto(`${api}/${place}`);
    await page.locator(sign).first().waitFor();
    barriers.push(...(await look(page, place, code)));
  };
  await see("login", "input[type=email]");
  await see("register", "input[type=password]");
  await see("forgot", "input[type=email]");
  await see("new-password#made-up", "input[type=password]");
  await page.goto(`${api}/login`); // a new # alone loads nothing
  await see("invitation#made-up", "h1");
}

async function seeByLink(page, code, link) {
  await page.goto(link);
  await page.locator("input[name=name]").waitFor();
  barriers.push(...(await look(page, "a valid invitation", code)));
}

/** The page asks for the code of a second factor; the answer that makes it ask is the server's own word for it. */
async function seeCodeStep(page, code) {
  await page.route("**/api/auth/login", (route) =>
    route.fulfill({ status: 401, json: { error: { code: "second_factor_required", message: "Write the code.", details: {}, request_id: "r" } } }),
  );
  await page.goto(`${api}/login`);
  await page.locator("input[type=email]").fill(demo.owner.email);
  await page.locator("input[type=password]").fill(demo.owner.password);
  await page.keyboard.press("Enter");
  await page.locator("input[autocomplete=one-time-code]").waitFor();
  barriers.push(...(await look(page, "login, code", code)));
  await page.unrouteAll();
}

async function seeDeleted(page, code) {
  const person = await newPerson(page);
  const { access_token, workspace } = await (await page.request.post(`${api}/api/auth/login`, { data: { email: person.email, password: person.password } })).json();
  const answer = await page.request.delete(`${api}/api/workspaces/${workspace.id}`, { headers: { Authorization: `Bearer ${access_token}` } });
  check(answer.ok(), `the workspace was not deleted: ${await answer.text()}`);
  await page.goto(`${api}/inbox`);
  await page.locator("main button").waitFor();
  barriers.push(...(await look(page, "a deleted workspace", code)));
}

async function seePhone(page, code) {
  await page.goto(simulator);
  await page.getByRole("log").waitFor();
  barriers.push(...(await look(page, "phone", code)));
}

/** A fresh link for everybody: it is looked at, and not used. */
async function invite(page) {
  const { access_token } = await (await page.request.post(`${api}/api/auth/refresh`)).json();
  const answer = await page.request.post(`${api}/api/invitations`, { data: { role: "agent" }, headers: { Authorization: `Bearer ${access_token}` } });
  check(answer.ok(), `nobody could be invited: ${await answer.text()}`);
  return (await answer.json()).link;
}

await stories(LANGUAGES, async (page, view, stage) => {
  const { code } = view;
  await speak(page, code);
  await seeFromOutside(page, code);
  await seeCodeStep(page, code);
  await enter(page);
  const link = await invite(page);
  await seePhone(page, code);
  const guest = await open(stage, view);
  await speak(guest, code);
  await seeByLink(guest, code, link);
  await seeDeleted(guest, code);
});
check(barriers.length === 0, `axe found:\n${barriers.join("\n")}`);
