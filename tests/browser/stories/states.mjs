// Every screen when it has nothing, waits, fails, is refused, or has no network: it says so in words, offers a way on, and is no barrier for anybody.
import { DESK, LANGUAGES, lookOnce, PHONE } from "./look.mjs";
import { api, check, newPerson, simulator, stories, until } from "./stage.mjs";

const barriers = [];
const PLACES = ["inbox?tab=bot", "flows", "channels", "settings/general", "settings/members", "settings/keys", "settings/audit", "settings/account"];
/** What a page asks before it can be a page at all. */
const FRAME = /\/api\/(auth\/(refresh|setup)|ws-ticket|conversations\/counts)/u;
const ASKED = "**/api/**";
const WORDS = {
  en: { loading: "Loading", broken: "Something went wrong on our side.", refused: "Your role does not allow this.", offline: "No answer from Hoopoe.", again: "Try again" },
  ar: { loading: "جارٍ التحميل", broken: "حدث خطأ من جانبنا.", refused: "لا يسمح دورك بهذا.", offline: "لا رد من هدهد.", again: "إعادة المحاولة" },
};
const refuse = (status, code) => (route) => route.fulfill({ status, json: { error: { code, message: "…", details: {}, request_id: "req_1" } } });

const STATES = {
  waiting: { answer: () => new Promise(() => undefined), word: "loading" },
  failed: { answer: refuse(500, "internal_error"), word: "broken" },
  refused: { answer: refuse(403, "not_permitted"), word: "refused" },
  offline: { answer: (route) => route.abort("internetdisconnected"), word: "offline" },
};

/** English on a desk by day, Arabic on a phone by night: between them both sizes, themes and directions. */
const VIEWS = LANGUAGES.map((language) => ({ ...language, ...(language.code === "en" ? { ...DESK, theme: "light" } : { ...PHONE, theme: "dark" }) }));
const see = async (page, screen, code) => void barriers.push(...(await lookOnce(page, `${screen} ${code}`, code)));

/** To another place of the page that is open, as a link of it would lead there. */
const goOn = (page, place) =>
  page.evaluate((path) => {
    history.pushState({}, "", path);
    dispatchEvent(new PopStateEvent("popstate"));
  }, `/${place}`);

async function seeEmpty(page, code) {
  for (const place of PLACES) {
    await goOn(page, place);
    await page.locator("main h1, main h2").first().waitFor({ state: "attached" });
    await page.waitForFunction((word) => ![...document.querySelectorAll("main [role=status] .sr-only")].some((one) => one.textContent === word), WORDS[code].loading);
    await see(page, `${place}, empty`, code);
  }
}

async function seeState(page, code, name) {
  const { answer, word } = STATES[name];
  const words = WORDS[code];
  const spoil = () => page.route(ASKED, (route) => (FRAME.test(route.request().url()) ? route.fallback() : answer(route)));
  const mend = () => page.unrouteAll({ behavior: "ignoreErrors" });
  const said = page.locator("main").getByText(words[word]);
  await spoil();
  for (const [at, place] of [...PLACES, "flows/01890000-0000-7000-8000-000000000000"].entries()) {
    // Anew for the first, and for the flow, which would know its bots from the list.
    if (at === 0 || place.startsWith("flows/")) await page.goto(`${api}/${place}`);
    else await goOn(page, place);
    await page.waitForURL((url) => url.href.endsWith(place));
    await said.first().waitFor({ state: name === "waiting" ? "attached" : "visible" });
    if (name === "waiting") await page.locator("main [role=status] .animate-fade").first().waitFor();
    await see(page, `${place}, ${name}`, code);
    if (name !== "failed") continue;
    // Once the answer is there again, the one button brings the page.
    await mend();
    const again = page.locator("main").getByRole("button", { name: words.again }).first();
    await until(
      async () => {
        await again.click({ timeout: 1_000 }).catch(() => undefined);
        return (await said.count()) === 0;
      },
      `way on from the failure of ${place}`,
      40,
    );
    await spoil();
  }
  await mend();
}

/** The first page that somebody opens when nobody answers. */
async function seeShut(page, code) {
  await page.route("**/api/auth/**", (route) => route.abort("internetdisconnected"));
  for (const place of ["login", "register", "inbox", "invitation#hit_made-up"]) {
    await page.goto(`${api}/_parts`);
    await page.goto(`${api}/${place}`);
    await page.getByText(WORDS[code].offline).first().waitFor();
    await see(page, `${place}, shut`, code);
  }
  await page.unrouteAll({ behavior: "ignoreErrors" });
  // It opens by itself, without a press.
  await page.getByRole("heading").first().waitFor({ state: "attached" });
  await page.getByText(WORDS[code].offline).first().waitFor({ state: "detached" });

  await page.route(`${simulator}/{world,phones}`, (route) => route.abort("internetdisconnected"));
  await page.goto(simulator);
  await page.getByRole("alert").waitFor({ timeout: 20_000 });
  await see(page, "phone, shut", code);
  await page.unrouteAll({ behavior: "ignoreErrors" });
}

await stories(VIEWS, async (page, { code }) => {
  await newPerson(page);
  await seeEmpty(page, code);
  for (const name of Object.keys(STATES)) await seeState(page, code, name);
});
await stories(VIEWS, (page, { code }) => seeShut(page, code));
check(barriers.length === 0, `axe found:\n${barriers.join("\n")}`);
