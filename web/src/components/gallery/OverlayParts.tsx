import { Check, Ellipsis } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Button, Dialog, Empty, ErrorState, IconButton, Menu, MenuItem, Sheet, SkeletonRows, Tooltip, useToast } from "@/components";
import { Group } from "./Group";

export function OverlayParts() {
  const { t } = useTranslation("parts");
  const [open, setOpen] = useState<"dialog" | "sheet" | null>(null);
  const toast = useToast();
  const close = () => setOpen(null);
  return (
    <>
      <Group title={t("asking")}>
        <div className="flex flex-wrap gap-2">
          <Button onClick={() => setOpen("dialog")}>{t("openDialog")}</Button>
          <Button onClick={() => setOpen("sheet")}>{t("openSheet")}</Button>
          <Button onClick={() => toast({ text: t("toast"), action: { label: t("undo"), onPress: close } })}>{t("showToast")}</Button>
          <Menu trigger={<IconButton icon={Ellipsis} label={t("openMenu")} />}>
            <MenuItem icon={Check} onSelect={close}>
              {t("approved")}
            </MenuItem>
          </Menu>
          <Tooltip text={t("tip")}>
            <Button variant="ghost">{t("tip")}</Button>
          </Tooltip>
        </div>
        <div className="mt-3">
          <ErrorState title={t("outage")} text={t("outageText")} action={{ label: t("doctor"), onPress: close }} />
        </div>
      </Group>
      <Group title={t("nothing")}>
        <div className="grid gap-5 pane:grid-cols-2">
          <Empty title={t("nobody")} text={t("nobodyText")} />
          <SkeletonRows rows={2} />
        </div>
      </Group>
      <Dialog
        isOpen={open === "dialog"}
        onOpenChange={close}
        title={t("dialogTitle")}
        text={t("dialogText")}
        actions={
          <>
            <Button onClick={close}>{t("notYet")}</Button>
            <Button variant="accent" onClick={close}>
              {t("publish")}
            </Button>
          </>
        }
      />
      <Sheet isOpen={open === "sheet"} onOpenChange={close} title={t("openSheet")}>
        <div className="p-5">{t("headlineText")}</div>
      </Sheet>
    </>
  );
}
