import { describe, expect, it, vi } from "vitest";
import { createApi } from "./client";
import { ApiError } from "./errors";
import { splitFaults } from "./fields";
import type { Session } from "./models";

function aSession(token: string): Session {
  return {
    access_token: token,
    token_type: "bearer",
    expires_in: 900,
    user: { id: "u", name: "Noura", email: "noura@qamar.example", locale: "ar", has_second_factor: false, is_operator: false },
    workspace: { id: "w1", name: "Qamar", role: "owner", timezone: "Asia/Riyadh", currency: "SAR", languages: ["ar"], logo_url: null, deleted_at: null, purged_from: null },
    workspaces: [],
  };
}

const json = (body: unknown, status = 200) => new Response(JSON.stringify(body), { status, headers: { "Content-Type": "application/json", "X-Request-Id": "r-1" } });
const refusal = (status: number, code: string, details: object = {}) => json({ error: { code, message: `${code}.`, details, request_id: "r-2" } }, status);

/** A server of one workspace whose valid token can change. */
function start(answer: (request: Request, path: string) => Response | Promise<Response>) {
  const seen: { path: string; token: string | null; workspace: string | null; body: string }[] = [];
  const onSession = vi.fn();
  const api = createApi({
    baseUrl: "http://hoopoe.test",
    onSession,
    fetch: async (input) => {
      const request = input as Request;
      const path = new URL(request.url).pathname;
      seen.push({ path, token: request.headers.get("Authorization"), workspace: request.headers.get("X-Workspace-Id"), body: await request.clone().text() });
      return answer(request, path);
    },
  });
  const paths = () => seen.map((one) => one.path);
  return { ...api, seen, paths, onSession };
}

describe("the client", () => {
  it("signs requests with the token and the workspace of the session", async () => {
    const { client, adopt, seen } = start(() => json({ data: [], next_cursor: null }));
    adopt(aSession("t1"));
    await client.GET("/api/channels");
    expect(seen[0]).toMatchObject({ token: "Bearer t1", workspace: "w1" });
    adopt(null);
    await client.GET("/api/channels");
    expect(seen[1]).toMatchObject({ token: null, workspace: null });
  });

  it("refreshes once for many requests that meet an old token, and repeats each with its body", async () => {
    const { client, adopt, paths, seen, onSession } = start((request, path) => {
      if (path === "/api/auth/refresh") return json(aSession("t2"));
      return request.headers.get("Authorization") === "Bearer t2" ? json({ id: "b", data: [], next_cursor: null }, 201) : refusal(401, "unauthorized");
    });
    adopt(aSession("t1"));
    await Promise.all([client.GET("/api/channels"), client.GET("/api/bots"), client.POST("/api/bots", { body: { name: "Café" } })]);
    expect(paths().filter((path) => path === "/api/auth/refresh")).toHaveLength(1);
    expect(seen.filter((one) => one.body.includes("Café")).map((one) => one.token)).toEqual(["Bearer t1", "Bearer t2"]);
    expect(onSession).toHaveBeenCalledWith(aSession("t2"));
  });

  it("says that the session is over when it cannot be refreshed", async () => {
    const { client, adopt, onSession, paths } = start(() => refusal(401, "session_expired"));
    adopt(aSession("t1"));
    await expect(client.GET("/api/channels")).rejects.toMatchObject({ code: "session_expired", status: 401 });
    expect(onSession).toHaveBeenLastCalledWith(null);
    expect(paths()).toEqual(["/api/channels", "/api/auth/refresh"]);
  });

  it("says so too when its person belongs to no workspace any more", async () => {
    const { refresh, adopt, onSession } = start(() => refusal(403, "no_workspace"));
    adopt(aSession("t1"));
    await expect(refresh()).rejects.toMatchObject({ code: "no_workspace", status: 403 });
    expect(onSession).toHaveBeenLastCalledWith(null);
  });

  it("keeps the session when the refresh meets no server at all", async () => {
    const { client, adopt, onSession } = start((_, path) => {
      if (path === "/api/auth/refresh") throw new TypeError("Failed to fetch");
      return refusal(401, "unauthorized");
    });
    adopt(aSession("t1"));
    await expect(client.GET("/api/channels")).rejects.toMatchObject({ code: "offline" });
    expect(onSession).not.toHaveBeenCalled();
  });

  it("takes wrong credentials as an answer, not as a lost session", async () => {
    const { client, paths } = start(() => refusal(401, "wrong_credentials"));
    await expect(client.POST("/api/auth/login", { body: { email: "a@b.co", password: "x" } })).rejects.toMatchObject({ code: "wrong_credentials", requestId: "r-2" });
    expect(paths()).toEqual(["/api/auth/login"]);
  });

  it("turns every failure into an ApiError", async () => {
    const offline = start(() => {
      throw new TypeError("Failed to fetch");
    });
    await expect(offline.client.GET("/api/channels")).rejects.toMatchObject({ name: "ApiError", code: "offline", status: 0 });
    const strange = start(() => new Response("<h1>Bad gateway</h1>", { status: 502 }));
    await expect(strange.client.GET("/api/channels")).rejects.toMatchObject({ name: "ApiError", code: "unreadable", status: 502 });
  });

  it("brings the faults of a form's fields", async () => {
    const { client } = start(() =>
      refusal(422, "validation_failed", {
        fields: [
          { field: "email", message: "This is no e-mail address.", code: "value_error" },
          { field: "email", message: "A second one." },
          { field: "buttons.0.title", message: "Too long." },
          { field: "elsewhere", message: "Not on this form." },
        ],
      }),
    );
    const error: unknown = await client.POST("/api/bots", { body: { name: "" } }).catch((caught: unknown) => caught);
    expect(splitFaults(error, ["email", "buttons", "name"])).toEqual({
      fields: { email: "This is no e-mail address.", buttons: "Too long." },
      rest: "Not on this form.",
    });
  });
});

describe("splitFaults", () => {
  it("gives the sentence of an error that has no fields", () => {
    expect(splitFaults(new ApiError("conflict", "The number is taken.", 409), ["number"])).toEqual({ fields: {}, rest: "The number is taken." });
    expect(splitFaults(new Error("broken"), ["number"])).toEqual({ fields: {}, rest: "broken" });
  });
});
