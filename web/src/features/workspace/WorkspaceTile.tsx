import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { useLanguage } from "@/app/preferences";
import { cx, Menu, Tooltip } from "@/components";
import { useSession } from "@/features/auth/queries";
import { directionOf } from "@/i18n";
import { channelsQuery, type Health, healthOf } from "./queries";
import { WorkspaceLogo } from "./WorkspaceLogo";
import { WorkspaceMenu } from "./WorkspaceMenu";

const DOTS: Record<Health, string> = {
  active: "bg-(--rail-healthy)",
  partly: "bg-(--rail-healthy)",
  pending: "bg-(--rail-warning)",
  error: "bg-(--rail-danger)",
  disabled: "bg-rail-ink-2",
  none: "bg-rail-ink-2",
};

/** Whose workspace this is, and whether its numbers work; the tooltip says both in words. Pressed, it leads to the others. */
export function WorkspaceTile() {
  const { t } = useTranslation("workspace");
  const session = useSession();
  const isRightToLeft = directionOf(useLanguage()) === "rtl";
  const isDeleted = Boolean(session?.workspace.deleted_at);
  const channels = useQuery({ ...channelsQuery, enabled: Boolean(session) && !isDeleted });
  if (!session) return null;
  const health = channels.data && healthOf(channels.data);
  const name = t("workspace", { name: session.workspace.name });
  const words = health ? `${name}. ${t(`health.${health}`)}` : name;
  return (
    <Menu
      side="end"
      align="start"
      isRightToLeft={isRightToLeft}
      trigger={
        <button type="button" className="relative mb-3.5 flex-none rounded-[10px]">
          <Tooltip text={words}>
            <span className="block">
              <WorkspaceLogo name={session.workspace.name} logoUrl={session.workspace.logo_url} />
            </span>
          </Tooltip>
          <span className="sr-only">{words}</span>
          {health && <span aria-hidden="true" className={cx("absolute -end-[3px] -bottom-[3px] size-[11px] rounded-full border-[2.5px] border-rail", DOTS[health])} />}
        </button>
      }
    >
      <WorkspaceMenu />
    </Menu>
  );
}
