import { Link, useNavigate } from "@tanstack/react-router";
import { Bot, Check, ChevronLeft, EllipsisVertical, Info, ListChecks, type LucideIcon, RotateCcw, UserRound } from "lucide-react";
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { ApiError } from "@/api";
import type { Conversation } from "@/api/models";
import { Avatar, Bone, Button, buttonClass, cx, IconButton, Menu, MenuItem, PhoneNumber } from "@/components";
import { useMay } from "@/features/workspace/useMay";
import { useErrorWords } from "@/i18n/useErrorWords";
import { type ConversationAction, useConversationAction } from "../queries";
import { useCloseConversation } from "../useCloseConversation";
import { holderOf, nameOf } from "../words";

const KeepConversation = lazy(() => import("@/features/bots/tests/KeepConversation").then((module) => ({ default: module.KeepConversation })));

type ThreadHeaderProps = { conversation: Conversation | undefined; userId: string; onDetails: () => void; onRefusal: (text: string | null) => void };

/** Who, on which line, who has it, and what can be done with it. */
export function ThreadHeader({ conversation, userId, onDetails, onRefusal }: ThreadHeaderProps) {
  const { t } = useTranslation("inbox");
  return (
    <header className="@container flex h-[60px] flex-none items-center gap-2.5 border-b border-line px-1 pane:h-14 pane:px-5">
      <Link to="/inbox" search={(search) => search} aria-label={t("header.back")} className={cx(buttonClass({ variant: "ghost", square: true }), "pane:hidden max-pane:size-11")}>
        <ChevronLeft aria-hidden="true" strokeWidth={1.75} className="flip size-5" />
      </Link>
      {conversation ? <Person conversation={conversation} userId={userId} /> : <Bone className="me-auto w-40" />}
      {conversation && <Actions conversation={conversation} userId={userId} onRefusal={onRefusal} onDetails={onDetails} />}
      <IconButton icon={Info} label={t("header.details")} onClick={onDetails} className="@max-[520px]:hidden wide:hidden" />
    </header>
  );
}

function Person({ conversation, userId }: { conversation: Conversation; userId: string }) {
  const { t } = useTranslation("inbox");
  const name = nameOf(conversation.contact, t);
  const { phone } = conversation.contact;
  return (
    <>
      <Avatar name={name} />
      <div className="min-w-0 grow">
        <h2 dir="auto" className="cut text-14">
          {name === phone ? <PhoneNumber number={name} /> : name}
        </h2>
        <div className="text-12 text-ink-3">
          <span className="cut block pane:hidden">
            {holderOf(conversation, userId, t)} · <bdi>{conversation.channel.name}</bdi>
          </span>
          <span className="cut block max-pane:hidden">
            {phone && phone !== name && (
              <>
                <PhoneNumber number={phone} /> ·{" "}
              </>
            )}
            <bdi>{conversation.channel.name}</bdi> · {holderOf(conversation, userId, t)}
          </span>
        </div>
      </div>
    </>
  );
}

type ActionsProps = Omit<ThreadHeaderProps, "conversation"> & { conversation: Conversation };

function Actions({ conversation, userId, onRefusal, onDetails }: ActionsProps) {
  const { t } = useTranslation(["inbox", "bots"]);
  const { mutate, isPending, variables } = useConversationAction(userId);
  const close = useCloseConversation(userId);
  const { reasonOf } = useErrorWords();
  const { id, mode, assignee } = conversation;
  const navigate = useNavigate();
  const act = (action: ConversationAction) => {
    onRefusal(null);
    // Whoever takes a conversation goes on with it in the list of their own.
    const follow = () => action !== "release" && void navigate({ to: ".", search: (last) => ({ ...last, tab: "mine" as const }), replace: true });
    mutate({ id, action, holder: assignee?.id ?? null }, { onSuccess: follow, onError: (error) => onRefusal(error instanceof ApiError && error.code === "offline" ? t("act.offline") : t("act.failed", { reason: reasonOf(error) })) });
  };
  const isBusy = (action: ConversationAction) => isPending && variables.action === action;
  const canKeep = useMay("bots:write") === true;
  const [isKeeping, setKeeping] = useState(false);
  const canAnswer = useMay("conversations:write") !== false;
  const isMine = mode === "human" && assignee?.id === userId;
  const canTake = canAnswer && !isMine && mode !== "closed";
  const canGive = canAnswer && mode === "human";
  const ending = mode === "closed" || !canAnswer ? null : { icon: Check, label: t("header.close"), onPress: () => close(id) };
  return (
    <>
      {canTake && <Action icon={UserRound} label={t("header.takeOver")} isBusy={isBusy("takeover")} onPress={() => act("takeover")} isMain />}
      {canGive && <Action icon={Bot} label={t("header.handBack")} isBusy={isBusy("release")} isInMore={canTake} onPress={() => act("release")} />}
      {canAnswer && mode === "closed" && <Action icon={RotateCcw} label={t("header.reopen")} isBusy={isBusy("reopen")} onPress={() => act("reopen")} />}
      {ending && (
        <Button icon={ending.icon} isBusy={isBusy("close")} onClick={ending.onPress} className="@max-[520px]:hidden">
          {ending.label}
        </Button>
      )}
      {canKeep && <IconButton icon={ListChecks} label={t("bots:keep.title")} onClick={() => setKeeping(true)} className="@max-[520px]:hidden" />}
      {isKeeping && (
        <Suspense fallback={null}>
          <KeepConversation isOpen onClose={() => setKeeping(false)} conversationId={id} />
        </Suspense>
      )}
      <Menu trigger={<IconButton icon={EllipsisVertical} label={t("header.more")} className="-ms-2 max-pane:size-11 @min-[520px]:hidden" />}>
        {canGive && canTake && (
          <MenuItem icon={Bot} onSelect={() => act("release")}>
            {t("header.handBack")}
          </MenuItem>
        )}
        {ending && (
          <MenuItem icon={ending.icon} onSelect={ending.onPress}>
            {ending.label}
          </MenuItem>
        )}
        {canKeep && (
          <MenuItem icon={ListChecks} onSelect={() => setKeeping(true)}>
            {t("bots:keep.title")}
          </MenuItem>
        )}
        <MenuItem icon={Info} onSelect={onDetails}>
          {t("header.details")}
        </MenuItem>
      </Menu>
    </>
  );
}

type ActionProps = { icon: LucideIcon; label: string; isBusy: boolean; isMain?: boolean; isInMore?: boolean; onPress: () => void };

/** A button with its word where there is room, an icon on phones; a second one stands in the menu there, for the name needs the room. */
function Action({ icon, label, isBusy, isMain = false, isInMore = false, onPress }: ActionProps) {
  return (
    <>
      <Button variant={isMain ? "primary" : "secondary"} icon={icon} isBusy={isBusy} onClick={onPress} className="@max-[520px]:hidden">
        {label}
      </Button>
      {!isInMore && (
        <IconButton variant={isMain ? "primary" : "ghost"} icon={icon} label={label} aria-busy={isBusy} onClick={onPress} className="flex-none max-pane:size-11 @min-[520px]:hidden max-pane:[&>svg]:size-5" />
      )}
    </>
  );
}
