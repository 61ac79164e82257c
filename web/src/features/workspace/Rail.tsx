import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { Place } from "@/app/places";
import { Mark } from "@/components";
import { SelfMenu } from "./SelfMenu";
import { usePlaces } from "./usePlaces";
import { WorkspaceTile } from "./WorkspaceTile";

const ITEM =
  "group relative flex flex-col items-center justify-center gap-[3px] rounded-[10px] text-11 leading-[14px] font-medium text-rail-ink-2 hover:text-rail-ink aria-[current=page]:bg-rail-hover aria-[current=page]:text-rail-ink";
const MARKER = "absolute -start-1.5 top-3.5 bottom-3.5 hidden w-[3px] rounded-e-[3px] bg-rail-mark group-aria-[current=page]:pane:block";

/** The dark column at the page's start. */
export function Rail({ unread }: { unread: number }) {
  const { t } = useTranslation("workspace");
  const places = usePlaces();
  return (
    <nav aria-label={t("places")} className="on-rail flex w-(--rail-w) flex-none flex-col items-center bg-rail pt-3.5 pb-3 max-pane:hidden">
      <Mark className="mb-3.5 size-8 text-rail-mark" />
      <WorkspaceTile />
      {places.map((place) => (
        <PlaceLink key={place.name} place={place} unread={unread} className="mb-0.5 h-[50px] w-[60px]" />
      ))}
      <div className="grow" />
      <SelfMenu side="end" />
    </nav>
  );
}

/** The same places at the foot of a phone's screen. */
export function BottomBar({ unread }: { unread: number }) {
  const { t } = useTranslation("workspace");
  const places = usePlaces().filter((place) => !place.isInMore);
  return (
    <nav aria-label={t("places")} className="on-rail flex flex-none items-stretch justify-around bg-rail pb-[env(safe-area-inset-bottom)] pane:hidden">
      {places.map((place) => (
        <PlaceLink key={place.name} place={place} unread={unread} className="h-14 min-w-16 flex-1 rounded-none" />
      ))}
      <SelfMenu side="top" />
    </nav>
  );
}

function PlaceLink({ place, unread, className }: { place: Place; unread: number; className: string }) {
  const { t } = useTranslation("workspace");
  const Icon = place.icon;
  const count = place.name === "inbox" ? unread : 0;
  return (
    <Link to={place.to} className={`${ITEM} ${className}`} activeProps={{ "aria-current": "page" }}>
      <span aria-hidden="true" className={MARKER} />
      <span className="relative">
        <Icon aria-hidden="true" strokeWidth={1.75} className="size-5" />
        {count > 0 && (
          <span className="num absolute -top-1.5 start-3 min-w-4 rounded-full bg-rail-mark px-1 text-center text-[10.5px] leading-4 font-semibold text-on-rail-mark">
            <span aria-hidden="true">{count > 99 ? "99+" : count}</span>
          </span>
        )}
      </span>
      {t(place.name)}
      {count > 0 && <span className="sr-only">{t("unread", { count })}</span>}
    </Link>
  );
}
