import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { cx, Tooltip } from "@/components";
import { initialsOf } from "@/components/initials";
import { useSession } from "@/features/auth/queries";
import { channelsQuery, type Health, healthOf } from "./queries";

const DOTS: Record<Health, string> = {
  active: "bg-(--rail-healthy)",
  pending: "bg-(--rail-warning)",
  error: "bg-(--rail-danger)",
  disabled: "bg-rail-ink-2",
  none: "bg-rail-ink-2",
};

/** Whose workspace this is, and whether its numbers work; the tooltip says both in words. */
export function WorkspaceTile() {
  const { t } = useTranslation("workspace");
  const session = useSession();
  const channels = useQuery(channelsQuery);
  if (!session) return null;
  const health = channels.data && healthOf(channels.data);
  const name = t("workspace", { name: session.workspace.name });
  const words = health ? `${name}. ${t(`health.${health}`)}` : name;
  return (
    <Tooltip text={words}>
      <button type="button" className="relative mb-3.5 grid size-9 flex-none cursor-default place-items-center rounded-[10px] bg-rail-tile text-[15px] font-bold text-on-rail-tile">
        <span aria-hidden="true">{initialsOf(session.workspace.name).slice(0, 1)}</span>
        <span className="sr-only">{words}</span>
        {health && <span aria-hidden="true" className={cx("absolute -end-[3px] -bottom-[3px] size-[11px] rounded-full border-[2.5px] border-rail", DOTS[health])} />}
      </button>
    </Tooltip>
  );
}
