import { useQuery } from "@tanstack/react-query";
import type { Permission } from "@/api/models";
import { meQuery } from "@/features/settings/queries";

/**
 * Whether one's role here allows something, as the server says it of the session (`GET /api/auth/me`); there is no second table of roles.
 * Undefined until it has said so: what waits for a yes is not shown yet, and what a no takes away is not taken away yet.
 */
export function useMay(permission: Permission): boolean | undefined {
  return useQuery(meQuery).data?.permissions.includes(permission);
}
