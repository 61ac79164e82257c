import { Check, Ellipsis } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Button, Dialog, Empty, ErrorState, IconButton, Loader, Menu, MenuChoice, MenuHeading, MenuItem, MenuLine, Popover, Sheet, SkeletonRows, Tooltip, useToast } from "@/components";
import { ApiError } from "@/api/errors";
import { Group } from "./Group";

const REFUSAL = new ApiError("internal_error", "", 500, [], "req_4f2a");

export function OverlayParts() {
  const { t } = useTranslation("parts");
  const [open, setOpen] = useState<"dialog" | "sheet" | null>(null);
  const [choice, setChoice] = useState<"mine" | "closed">("mine");
  const [isPoppedUp, setPoppedUp] = useState(false);
  const [undone, setUndone] = useState(0);
  const toast = useToast();
  const close = () => setOpen(null);
  return (
    <>
      <Group title={t("asking")}>
        <div className="flex flex-wrap gap-2">
          <Button onClick={() => setOpen("dialog")}>{t("openDialog")}</Button>
          <Button onClick={() => setOpen("sheet")}>{t("openSheet")}</Button>
          <Button onClick={() => toast({ text: t("toast"), action: { label: t("undo"), onPress: () => setUndone((last) => last + 1) } })}>{t("showToast")}</Button>
          <output aria-label={t("undo")} className="num self-center text-12 text-ink-3">
            {undone}
          </output>
          <Popover isOpen={isPoppedUp} onOpenChange={setPoppedUp} label={t("openPanel")} align="start" trigger={<Button>{t("openPanel")}</Button>}>
            <p className="p-2 text-13">{t("tip")}</p>
          </Popover>
          <Menu trigger={<IconButton icon={Ellipsis} label={t("openMenu")} />}>
            <MenuHeading>{t("menuHeading")}</MenuHeading>
            <MenuLine />
            <MenuItem icon={Check} onSelect={() => toast({ text: t("approved") })}>
              {t("approved")}
            </MenuItem>
            <MenuItem onSelect={close}>{t("notYet")}</MenuItem>
            <MenuLine />
            <MenuChoice label={t("tabs")} value={choice} onChange={setChoice} options={(["mine", "closed"] as const).map((value) => ({ value, label: t(value) }))} />
          </Menu>
          <Tooltip text={t("tip")}>
            <Button variant="ghost">{t("tip")}</Button>
          </Tooltip>
        </div>
        <div className="mt-3">
          <ErrorState title={t("outage")} text={t("outageText")} action={{ label: t("doctor"), onPress: close }} />
        </div>
        <div className="mt-3">
          <ErrorState title={t("outage")} text={t("outageText")} error={REFUSAL} action={{ label: t("doctor"), onPress: close }} />
        </div>
      </Group>
      <Group title={t("nothing")}>
        <div className="grid gap-5 pane:grid-cols-2">
          <div className="rounded-lg border border-dashed border-line-strong">
            <Empty title={t("nobody")} text={t("nobodyText")} action={<Button onClick={close}>{t("doctor")}</Button>} />
          </div>
          <SkeletonRows rows={2} />
          <Loader className="h-20" />
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
