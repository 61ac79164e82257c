import { useNavigate } from "@tanstack/react-router";
import { Plus, Settings } from "lucide-react";
import { useTranslation } from "react-i18next";
import { MenuChoice, MenuItem, MenuLine, useToast } from "@/components";
import { useSession, useSwitchWorkspace } from "@/features/auth/queries";
import { useErrorWords } from "@/i18n/useErrorWords";

/** What a menu holds about workspaces: the ones to go on in, this one's settings, and another one. */
export function WorkspaceMenu() {
  const { t } = useTranslation("workspace");
  const session = useSession();
  const move = useSwitchWorkspace();
  const navigate = useNavigate();
  const toast = useToast();
  const { reasonOf } = useErrorWords();
  if (!session) return null;
  const { workspace, workspaces } = session;
  const goTo = async (id: string) => {
    if (id === workspace.id) return;
    // Away from what belongs to the old workspace first: its pages would ask the new one for it.
    await navigate({ to: "/inbox" });
    move.mutate(id, { onError: (error) => toast({ text: reasonOf(error) }) });
  };
  return (
    <>
      <MenuChoice
        label={t("workspaces")}
        value={workspace.id}
        onChange={(id) => void goTo(id)}
        options={workspaces.map(({ id, name, deleted_at }) => ({ value: id, label: deleted_at ? t("deletedName", { name }) : name }))}
      />
      <MenuLine />
      <MenuItem icon={Settings} onSelect={() => void navigate({ to: "/settings/general" })}>
        {t("workspaceSettings")}
      </MenuItem>
      <MenuItem icon={Plus} onSelect={() => void navigate({ to: "/settings/new-workspace" })}>
        {t("newWorkspace")}
      </MenuItem>
    </>
  );
}
