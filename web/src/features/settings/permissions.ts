import type { Permission } from "@/api/models";
import type { Strings } from "@/i18n";

type PermissionName = keyof Strings["settings"]["keys"]["permissions"];

/** The key under which a permission's words stand: a colon would mean another file of strings. */
export function nameOf(permission: Permission): PermissionName {
  return permission.replace(":", "_") as PermissionName;
}
