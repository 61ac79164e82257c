import createClient, { type Client } from "openapi-fetch";
import { noteServerTime } from "./clock";
import { ApiError, isSessionOver, offlineError, readApiError } from "./errors";
import type { MediaFile, Session } from "./models";
import type { paths } from "./schema.gen";
import { readUpload, sendFile, type Upload } from "./upload";

/** Requests that carry no access token and whose 401 is an answer, not a lost session. */
const OPEN_PATHS = /^\/api\/auth\/(login|register|refresh|logout|setup|password-reset(\/.*)?|invitations\/.*)$/u;

export type Api = {
  /** Typed by the generated schema. Every answer that is not 2xx is thrown as `ApiError`. */
  client: Client<paths>;
  /** Remembers a session's token, in memory only, and its workspace for the requests that follow; null forgets both. */
  adopt: (session: Session | null) => void;
  /**
   * A new session from the refresh cookie, in the workspace of this tab. Concurrent calls share one request. Throws `ApiError`:
   * `session_expired` when there is none, `no_workspace` when its person belongs to none any more.
   */
  refresh: () => Promise<Session>;
  /** The same, in another workspace. What follows is asked of that one. */
  move: (workspaceId: string) => Promise<Session>;
  /** Keeps a file, to be sent in messages. Throws `ApiError`, and what the signal was aborted with. */
  upload: (upload: Upload) => Promise<MediaFile>;
};

/** Where a tab remembers which workspace it shows, over reloads: each tab has its own. */
export type Tab = { read: () => string | null; write: (workspaceId: string | null) => void };

type ApiOptions = {
  baseUrl: string;
  fetch?: typeof fetch;
  /** Called with the new session after a refresh in the middle of other work, and with null whenever a refresh finds that the session is over. */
  onSession: (session: Session | null) => void;
  tab?: Tab;
};

/** The one door to the HTTP API: token, workspace header, one refresh on 401, one error shape. */
export function createApi({ baseUrl, fetch: send = (request) => globalThis.fetch(request), onSession, tab }: ApiOptions): Api {
  let token: string | null = null;
  let workspaceId: string | null = null;
  let refreshing: Promise<Session> | null = null;

  const adopt = (session: Session | null) => {
    token = session?.access_token ?? null;
    workspaceId = session?.workspace.id ?? null;
    tab?.write(workspaceId);
  };

  const signed = (request: Request) => {
    const copy = new Request(request);
    if (token) copy.headers.set("Authorization", `Bearer ${token}`);
    if (workspaceId) copy.headers.set("X-Workspace-Id", workspaceId);
    return copy;
  };

  const sendOrFail = async (request: Request) => {
    try {
      return await send(request);
    } catch (error) {
      if (error instanceof DOMException && error.name === "AbortError") throw error;
      throw offlineError();
    }
  };

  const authorisedFetch = async (request: Request): Promise<Response> => {
    if (OPEN_PATHS.test(new URL(request.url).pathname)) return sendOrFail(request);
    const second = request.clone(); // a body can be read once
    const usedToken = token;
    const response = await sendOrFail(signed(request));
    if (response.status !== 401) return response;
    // Somebody else may have refreshed while this request was under way: then its new token is enough.
    if (usedToken === token) {
      try {
        onSession(await refresh());
      } catch (error) {
        if (isSessionOver(error)) return response;
        throw error;
      }
    }
    return sendOrFail(signed(second));
  };

  const client = createClient<paths>({ baseUrl, fetch: authorisedFetch, credentials: "same-origin" });
  client.use({
    async onResponse({ response }) {
      noteServerTime(response.headers.get("X-Hoopoe-Now"));
      if (!response.ok) throw await readApiError(response);
    },
  });

  const refreshOnce = async (wanted: string | null) => {
    try {
      const session = dataOf(await client.POST("/api/auth/refresh", { params: { header: wanted ? { "X-Workspace-Id": wanted } : {} } }));
      adopt(session);
      return session;
    } catch (error) {
      if (isSessionOver(error)) onSession(null);
      throw error;
    } finally {
      refreshing = null;
    }
  };

  const refresh = (): Promise<Session> => {
    refreshing ??= refreshOnce(workspaceId ?? tab?.read() ?? null);
    return refreshing;
  };

  const move = async (wanted: string): Promise<Session> => {
    await refreshing?.catch(() => undefined);
    refreshing = refreshOnce(wanted);
    return refreshing;
  };

  const upload = async (given: Upload): Promise<MediaFile> => {
    const usedToken = token;
    const send = () => sendFile(`${baseUrl}/api/media/upload`, given, { token, workspaceId });
    const response = await send();
    if (response.status !== 401) return readUpload(response);
    if (usedToken === token) onSession(await refresh());
    return readUpload(await send());
  };

  return { client, adopt, refresh, move, upload };
}

/** The body of an answer. `createApi` throws refusals, so there is always one where the schema promises one. */
export function dataOf<Data>(result: { data?: Data; response: Response }): NonNullable<Data> {
  if (result.data === undefined || result.data === null) {
    throw new ApiError("unreadable", "The answer has no body.", result.response.status);
  }
  return result.data;
}
