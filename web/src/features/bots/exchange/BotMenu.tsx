import { Download, EllipsisVertical } from "lucide-react";
import { useTranslation } from "react-i18next";
import { IconButton, Menu, MenuItem, useToast } from "@/components";
import { useErrorWords } from "@/i18n/useErrorWords";
import { useExportBot } from "./queries";

/** What else one may do with a bot. */
export function BotMenu({ bot }: { bot: { id: string; name: string } }) {
  const { t } = useTranslation("exchange");
  const toast = useToast();
  const words = useErrorWords();
  const exportBot = useExportBot();
  const write = (hasTests: boolean) => exportBot.mutate({ ...bot, hasTests }, { onError: (error) => toast({ text: words.reasonOf(error) }) });
  return (
    <Menu trigger={<IconButton icon={EllipsisVertical} label={t("more", { name: bot.name })} />}>
      <MenuItem icon={Download} onSelect={() => write(true)}>
        {t("export")}
      </MenuItem>
      <MenuItem icon={Download} onSelect={() => write(false)}>
        {t("exportWithout")}
      </MenuItem>
    </Menu>
  );
}
