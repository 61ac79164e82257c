import { useLocation, useNavigate } from "@tanstack/react-router";
import { LogOut, Menu as MenuIcon, UserRound } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { setLanguage, setTheme, type Theme, useLanguage, useTheme } from "@/app/preferences";
import { Avatar, Menu, MenuChoice, MenuHeading, MenuItem, MenuLine } from "@/components";
import { useLogout, useSession } from "@/features/auth/queries";
import { hasKept } from "@/features/bots/editor/saving/kept";
import { directionOf, type Language, LANGUAGE_NAMES, LANGUAGES } from "@/i18n";
import { LogOutDialog } from "./LogOutDialog";
import { usePlaces } from "./usePlaces";
import { WorkspaceMenu } from "./WorkspaceMenu";

const THEMES: readonly Theme[] = ["system", "light", "dark"];

/** Who you are here, how you like to see it, and the way out. */
export function SelfMenu({ side }: { side: "end" | "top" }) {
  const { t } = useTranslation(["workspace", "common"]);
  const session = useSession();
  const language = useLanguage();
  const logout = useLogout();
  const [isAsking, setAsking] = useState(false);
  const navigate = useNavigate();
  const { pathname } = useLocation();
  const more = usePlaces().filter((place) => place.isInMore);
  if (!session) return null;
  const { user, workspace } = session;
  return (
    <>
      <Menu
        side={side}
        align="end"
        isRightToLeft={directionOf(language) === "rtl"}
        trigger={
          side === "end" ? (
            <button type="button" title={t("self")} className="rounded-full">
              <Avatar name={user.name} />
              <span className="sr-only">{t("self")}</span>
            </button>
          ) : (
            <button
              type="button"
              // Whoever is at a place of this menu sees where that is.
              aria-current={more.some((place) => pathname.startsWith(place.to)) ? "page" : undefined}
              className="flex h-14 min-w-16 flex-1 flex-col items-center justify-center gap-[3px] text-11 leading-[14px] font-medium text-rail-ink-2 aria-[current=page]:bg-rail-hover aria-[current=page]:text-rail-ink"
            >
              <MenuIcon aria-hidden="true" strokeWidth={1.75} className="size-5" />
              {t("more")}
            </button>
          )
        }
      >
        <MenuHeading>
          <span className="own-side block font-medium" dir="auto">
            {user.name}
          </span>
          <span className="ltr block text-12 text-ink-3">{user.email}</span>
          <span className="block text-12 text-ink-3">
            <bdi>{workspace.name}</bdi> · {t(`role.${workspace.role}`)}
          </span>
        </MenuHeading>
        <MenuLine />
        {side === "top" && (
          <>
            <WorkspaceMenu />
            <MenuLine />
            {more.map((place) => (
              <MenuItem key={place.name} icon={place.icon} onSelect={() => void navigate({ to: place.to })}>
                {t(place.name)}
              </MenuItem>
            ))}
          </>
        )}
        <MenuItem icon={UserRound} onSelect={() => void navigate({ to: "/settings/account" })}>
          {t("account")}
        </MenuItem>
        <MenuLine />
        <MenuChoice<Language>
          label={t("common:language.label")}
          value={language}
          onChange={(next) => void setLanguage(next)}
          options={LANGUAGES.map((value) => ({ value, label: LANGUAGE_NAMES[value], lang: value }))}
        />
        <MenuLine />
        <ThemeChoice />
        <MenuLine />
        <MenuItem icon={LogOut} onSelect={() => (hasKept(user.id) ? setAsking(true) : logout.mutate())}>
          {t("logOut")}
        </MenuItem>
      </Menu>
      <LogOutDialog userId={user.id} isOpen={isAsking} onClose={() => setAsking(false)} />
    </>
  );
}

function ThemeChoice() {
  const { t } = useTranslation();
  const theme = useTheme();
  return <MenuChoice<Theme> label={t("theme.label")} value={theme} onChange={setTheme} options={THEMES.map((value) => ({ value, label: t(`theme.${value}`) }))} />;
}
