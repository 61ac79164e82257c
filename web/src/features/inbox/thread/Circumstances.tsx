import { CircleAlert, ExternalLink, Forward, Globe, Megaphone, Package } from "lucide-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useLanguage } from "@/app/preferences";
import type { Circumstances } from "../circumstances";
import { RawFold } from "./RawFold";

const CARD = "mb-1 flex max-w-full items-start gap-2.5 rounded-lg border border-line bg-surface px-3 py-2 text-13";

/** What stands above a message: that it was passed on, the ad that brought the customer, the product that it is about. */
export function Before({ circumstances }: { circumstances: Circumstances }) {
  const { t } = useTranslation("inbox");
  const { forwarded, referral, product } = circumstances;
  return (
    <>
      {referral && (
        <div className={CARD}>
          <Megaphone aria-hidden="true" strokeWidth={1.75} className="mt-0.5 size-4 flex-none text-ink-3" />
          <div className="min-w-0">
            <p className="text-12 text-ink-3">{t(referral.isAd ? "referral.ad" : "referral.post")}</p>
            {referral.headline && (
              <p dir="auto" className="font-medium break-words">
                {referral.headline}
              </p>
            )}
            {referral.body && (
              <p dir="auto" className="break-words text-ink-2">
                {referral.body}
              </p>
            )}
            <SafeLink url={referral.url}>{t("referral.open")}</SafeLink>
          </div>
        </div>
      )}
      {product && (
        <div className={CARD}>
          <Package aria-hidden="true" strokeWidth={1.75} className="mt-0.5 size-4 flex-none text-ink-3" />
          <p className="min-w-0">
            <span className="block text-12 text-ink-3">{t("product.about")}</span>
            <bdi className="font-medium break-words">{product}</bdi>
          </p>
        </div>
      )}
      {forwarded && (
        <p className="mb-[3px] flex items-center gap-1 px-0.5 text-12 text-ink-3">
          <Forward aria-hidden="true" strokeWidth={1.75} className="flip size-3.5 flex-none" />
          {t(forwarded === "often" ? "message.forwardedOften" : "message.forwarded")}
        </p>
      )}
    </>
  );
}

/** What stands below it: what WhatsApp says was wrong, and what nobody here knows yet. */
export function After({ circumstances }: { circumstances: Circumstances }) {
  const { t } = useTranslation("inbox");
  const language = useLanguage();
  return (
    <>
      {circumstances.errors.map(({ code, title, words }) => (
        <p key={code} className="mt-1 flex max-w-full items-start gap-1.5 px-0.5 text-12 text-ink-2">
          <CircleAlert aria-hidden="true" strokeWidth={1.75} className="mt-0.5 size-3.5 flex-none text-warning" />
          <span className="min-w-0">
            {words[language]}{" "}
            <bdi className="ltr text-ink-3">
              {title} ({code})
            </bdi>
          </span>
        </p>
      ))}
      {circumstances.extra !== null && <RawFold label={t("message.showExtra")} value={circumstances.extra} />}
    </>
  );
}

/** A link that the customer's phone shows a preview of. Nothing is fetched from there. */
export function LinkCard({ body }: { body: string }) {
  const url = firstLink(body);
  if (!url) return null;
  return (
    <span className="mt-1.5 flex max-w-full items-center gap-2 rounded-md bg-surface px-2.5 py-1.5 text-13">
      <Globe aria-hidden="true" strokeWidth={1.75} className="size-4 flex-none text-ink-3" />
      <a href={url.href} target="_blank" rel="noreferrer" className="ltr min-w-0 break-all underline underline-offset-2">
        {url.host}
      </a>
    </span>
  );
}

function SafeLink({ url, children }: { url: string | null; children: ReactNode }) {
  const safe = firstLink(url ?? "");
  if (!safe) return null;
  return (
    <a href={safe.href} target="_blank" rel="noreferrer" className="mt-0.5 inline-flex items-center gap-1 text-12 text-ink-2 underline underline-offset-2 pointer-coarse:min-h-11">
      {children}
      <ExternalLink aria-hidden="true" strokeWidth={1.75} className="size-3" />
    </a>
  );
}

/** The first web address of a text; never one that a browser would run. */
function firstLink(text: string): URL | null {
  const [found] = /https?:\/\/\S+/u.exec(text) ?? [];
  return found && URL.canParse(found) ? new URL(found) : null;
}
