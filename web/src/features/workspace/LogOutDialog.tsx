import { useTranslation } from "react-i18next";
import { Button, Dialog } from "@/components";
import { useLogout } from "@/features/auth/queries";
import { forgetAll } from "@/features/bots/editor/saving/kept";

/** Whoever logs out leaves nothing behind in this browser: asked where that would lose work on flows that is not saved yet. */
export function LogOutDialog({ userId, isOpen, onClose }: { userId: string; isOpen: boolean; onClose: () => void }) {
  const { t } = useTranslation("workspace");
  const logout = useLogout();
  const go = () =>
    void logout
      .mutateAsync()
      .catch(() => undefined)
      .then(() => forgetAll(userId));
  return (
    <Dialog
      isOpen={isOpen}
      onOpenChange={onClose}
      title={t("logOutKept.title")}
      text={t("logOutKept.text")}
      actions={
        <>
          <Button onClick={onClose}>{t("logOutKept.stay")}</Button>
          <Button variant="danger" isBusy={logout.isPending} onClick={go}>
            {t("logOutKept.go")}
          </Button>
        </>
      }
    />
  );
}
