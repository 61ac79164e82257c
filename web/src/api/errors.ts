import * as z from "zod/mini";

const fieldFault = z.object({ field: z.string(), message: z.string(), code: z.optional(z.string()) });
const envelope = z.object({
  error: z.object({
    code: z.string(),
    message: z.string(),
    details: z.nullish(z.looseObject({ fields: z.optional(z.array(fieldFault)) })),
    request_id: z.nullish(z.string()),
  }),
});

export type FieldFault = { field: string; message: string; code?: string | undefined };

/**
 * Every refusal of the API and every failure on the way to it. `code` is the server's own word (`wrong_credentials`, `window_closed`),
 * or `offline` when no answer came, or `unreadable` when the answer was not ours. `fields` is empty unless the input was at fault.
 */
export class ApiError extends Error {
  override readonly name = "ApiError";
  constructor(
    readonly code: string,
    message: string,
    readonly status: number,
    readonly fields: readonly FieldFault[] = [],
    readonly requestId: string | null = null,
    readonly details: Readonly<Record<string, unknown>> = {},
  ) {
    super(message);
  }
}

/** The error in an answer that is not 2xx. Never throws: a body of another shape becomes `unreadable`. */
export async function readApiError(response: Response): Promise<ApiError> {
  const requestId = response.headers.get("X-Request-Id");
  const parsed = envelope.safeParse(await response.json().catch(() => null));
  if (!parsed.success) return new ApiError("unreadable", `The answer ${response.status} has no reason in it.`, response.status, [], requestId);
  const { code, message, details, request_id } = parsed.data.error;
  return new ApiError(code, message, response.status, details?.fields ?? [], request_id ?? requestId, details ?? {});
}

/** Nobody is logged in any more: the session ended, or its person belongs to no workspace now. Another failure says nothing about that. */
export function isSessionOver(error: unknown): boolean {
  return error instanceof ApiError && (error.status === 401 || error.code === "no_workspace");
}

export function offlineError(): ApiError {
  return new ApiError("offline", "No answer from the server.", 0);
}
