export type Shown = { kind: "json"; text: string } | { kind: "form"; pairs: readonly (readonly [string, string])[] } | { kind: "text"; text: string };

/** A body as people can read it: JSON indented, a form as its pairs, anything else as it came. */
export function readBody(body: string, contentType: string | undefined): Shown {
  if (contentType?.includes("form-urlencoded")) {
    const pairs = [...new URLSearchParams(body)];
    if (pairs.length > 0) return { kind: "form", pairs };
  }
  try {
    return { kind: "json", text: JSON.stringify(JSON.parse(body), null, 2) };
  } catch {
    return { kind: "text", text: body };
  }
}
