import { ExternalLink, Plug } from "lucide-react";
import { useTranslation } from "react-i18next";
import { buttonClass } from "@/components";

/** Where Meta mends what cannot be mended here. */
const PAGES = {
  appeal: "https://business.facebook.com/business-support-home/",
  fix_payment: "https://business.facebook.com/billing_hub/accounts/",
  fix_number: "https://business.facebook.com/latest/whatsapp_manager/phone_numbers/",
} as const;

type Page = keyof typeof PAGES;

function isPage(action: string): action is Page {
  return action in PAGES;
}

/** The way to what mends a failure: the channels' page, or the provider's. Nothing for what is mended otherwise. */
export function MendLink({ action, size = "md" }: { action: string | null | undefined; size?: "sm" | "md" }) {
  const { t } = useTranslation("channels");
  const icon = size === "sm" ? "size-3.5" : "size-4";
  if (action === "fix_credentials") {
    return (
      <a href="/channels" className={buttonClass({ size })}>
        <Plug aria-hidden="true" strokeWidth={1.75} className={icon} />
        {t("mendAt.fix_credentials")}
      </a>
    );
  }
  if (!action || !isPage(action)) return null;
  return (
    <a href={PAGES[action]} target="_blank" rel="noreferrer" className={buttonClass({ size })}>
      <ExternalLink aria-hidden="true" strokeWidth={1.75} className={icon} />
      {t(`mendAt.${action}`)}
    </a>
  );
}
