import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

const FOLDER = join(process.cwd(), "src/app/styles");
const PHYSICAL = /(?:^|[\s;{])((?:margin|padding|border)-(?:left|right)|left|right|float|text-align:\s*(?:left|right))\s*:/gmu;

describe("style sheets", () => {
  it.each(readdirSync(FOLDER).filter((name) => name.endsWith(".css")))("%s speaks of start and end, not of left and right", (name) => {
    const sheet = readFileSync(join(FOLDER, name), "utf8").replaceAll(/\/\*.*?\*\//gsu, "");
    expect([...sheet.matchAll(PHYSICAL)].map((match) => match[1])).toEqual([]);
  });
});
