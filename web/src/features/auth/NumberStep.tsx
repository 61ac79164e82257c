import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Smartphone } from "lucide-react";
import { useTranslation } from "react-i18next";
import { buttonClass, cx } from "@/components";
import { setupQuery } from "./queries";

/** The last step explains the number that is already there; nothing to fill in. */
export function NumberStep() {
  const { t } = useTranslation("auth");
  const setup = useQuery(setupQuery);
  const phone = setup.data?.has_simulator ? setup.data.simulator_url : null;
  return (
    <div className="mt-[26px]">
      <p className="text-[15px] leading-6 text-ink-2 rtl:leading-7">{t(phone ? "number.text" : "number.textNone")}</p>
      {phone && (
        <ul className="mt-4 grid gap-2 border-y border-line py-4 text-13 text-ink-2">
          <li>{t("number.stays")}</li>
          <li>{t("number.own")}</li>
        </ul>
      )}
      <div className="mt-6 flex flex-wrap gap-2">
        <Link to="/inbox" className={cx(buttonClass({ variant: "primary", size: "lg" }), "grow")}>
          {t("number.toInbox")}
        </Link>
        {phone && (
          <a href={phone} target="_blank" rel="noreferrer" className={buttonClass({ size: "lg" })}>
            <Smartphone aria-hidden="true" strokeWidth={1.75} className="size-4" />
            {t("number.openPhone")}
          </a>
        )}
      </div>
    </div>
  );
}
