import { RuleTester } from "eslint";
import { describe, it } from "vitest";
import ours from "./index.js";

RuleTester.describe = describe;
RuleTester.it = it;
const tester = new RuleTester({ languageOptions: { parserOptions: { ecmaFeatures: { jsx: true } } } });

tester.run("no-literal-text", ours.rules["no-literal-text"], {
  valid: ["<p>{t('inbox')}</p>", "<p> · 12 </p>", '<a href="/inbox" className="text-ink" />', '<span aria-hidden="true">/</span>', "<Kbd>j</Kbd>"],
  invalid: [
    { code: "<p>Inbox</p>", errors: 1 },
    { code: "<p>{'الوارد'}</p>", errors: 1 },
    { code: "<p>{`Inbox ${n}`}</p>", errors: 1 },
    { code: '<input placeholder="Search" />', errors: 1 },
    { code: "<img alt={'A bird'} />", errors: 1 },
  ],
});

tester.run("no-physical-sides", ours.rules["no-physical-sides"], {
  valid: ['<p className="ms-2 pe-4 start-0 text-start rounded-se-md border-s top-full" />', '<p className="overflow-hidden bright-1" />'],
  invalid: [
    { code: '<p className="ml-2" />', errors: 1 },
    { code: '<p className="flex hover:pr-[3px]" />', errors: 1 },
    { code: '<p className="-left-1" />', errors: 1 },
    { code: '<p className="text-right" />', errors: 1 },
    { code: "const c = `rounded-tl-md`;", errors: 1 },
    { code: '<p className="border-l" />', errors: 1 },
  ],
});
