import { Link } from "@tanstack/react-router";
import { Bot, Check, ChevronLeft, Info, RotateCcw, UserRound } from "lucide-react";
import { useTranslation } from "react-i18next";
import { ApiError } from "@/api";
import type { Conversation } from "@/api/models";
import { Avatar, Bone, Button, buttonClass, cx, IconButton } from "@/components";
import { type ConversationAction, useConversationAction } from "../queries";
import { useCloseConversation } from "../useCloseConversation";
import { holderOf, nameOf } from "../words";

type ThreadHeaderProps = { conversation: Conversation | undefined; userId: string; onDetails: () => void; onRefusal: (text: string | null) => void };

/** Who, on which line, who has it, and what can be done with it. */
export function ThreadHeader({ conversation, userId, onDetails, onRefusal }: ThreadHeaderProps) {
  const { t } = useTranslation("inbox");
  return (
    <header className="flex h-[60px] flex-none items-center gap-2.5 border-b border-line px-1 pane:h-14 pane:px-5">
      <Link to="/inbox" search={(search) => search} aria-label={t("header.back")} className={cx(buttonClass({ variant: "ghost", square: true }), "pane:hidden max-pane:size-11")}>
        <ChevronLeft aria-hidden="true" strokeWidth={1.75} className="flip size-5" />
      </Link>
      {conversation ? <Person conversation={conversation} userId={userId} /> : <Bone className="w-40" />}
      <span className="grow" />
      {conversation && <Actions conversation={conversation} userId={userId} onRefusal={onRefusal} />}
      <IconButton icon={Info} label={t("header.details")} onClick={onDetails} className="wide:hidden max-pane:size-11" />
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
      <div className="min-w-0">
        <h2 className="cut text-14">
          <bdi>{name}</bdi>
        </h2>
        <p className="cut text-12 text-ink-3">
          <span className="pane:hidden">
            {holderOf(conversation, userId, t)} · <bdi>{conversation.channel.name}</bdi>
          </span>
          <span className="max-pane:hidden">
            {phone && (
              <>
                <span className="num ltr">{phone}</span> ·{" "}
              </>
            )}
            <bdi>{conversation.channel.name}</bdi> · {holderOf(conversation, userId, t)}
          </span>
        </p>
      </div>
    </>
  );
}

function Actions({ conversation, userId, onRefusal }: { conversation: Conversation; userId: string; onRefusal: (text: string | null) => void }) {
  const { t } = useTranslation("inbox");
  const { mutate, isPending, variables } = useConversationAction(userId);
  const close = useCloseConversation(userId);
  const { id, mode, assignee } = conversation;
  const act = (action: ConversationAction) => {
    onRefusal(null);
    mutate({ id, action }, { onError: (error) => onRefusal(error instanceof ApiError && error.code === "offline" ? t("act.offline") : t("act.failed", { reason: error.message })) });
  };
  const isBusy = (action: ConversationAction) => isPending && variables.action === action;
  const canTakeOver = mode === "bot" || (mode === "human" && assignee?.id !== userId);
  return (
    <>
      {canTakeOver && <Action icon={UserRound} label={t("header.takeOver")} isBusy={isBusy("takeover")} onPress={() => act("takeover")} isMain />}
      {mode === "human" && <Action icon={Bot} label={t("header.handBack")} isBusy={isBusy("release")} onPress={() => act("release")} />}
      {mode === "closed" ? (
        <Action icon={RotateCcw} label={t("header.reopen")} isBusy={isBusy("reopen")} onPress={() => act("reopen")} />
      ) : (
        <Action icon={Check} label={t("header.close")} isBusy={isBusy("close")} onPress={() => close(id)} />
      )}
    </>
  );
}

type ActionProps = { icon: typeof Bot; label: string; isBusy: boolean; isMain?: boolean; onPress: () => void };

/** A button with its word where there is room, an icon on phones. */
function Action({ icon, label, isBusy, isMain = false, onPress }: ActionProps) {
  const variant = isMain ? "primary" : "secondary";
  return (
    <>
      <Button variant={variant} icon={icon} isBusy={isBusy} onClick={onPress} className="max-pane:hidden">
        {label}
      </Button>
      <IconButton variant={isMain ? "primary" : "ghost"} icon={icon} label={label} aria-busy={isBusy} onClick={onPress} className="size-11 pane:hidden" />
    </>
  );
}
