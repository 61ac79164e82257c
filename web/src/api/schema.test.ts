// @vitest-environment node
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import openapiTS, { astToString } from "openapi-typescript";
import { expect, it } from "vitest";

it("schema.gen.ts is what openapi.json says (npm run generate)", async () => {
  const made = astToString(await openapiTS(pathToFileURL(join(process.cwd(), "openapi.json"))));
  const kept = readFileSync(join(process.cwd(), "src/api/schema.gen.ts"), "utf8");
  expect(kept.endsWith(made)).toBe(true);
});
