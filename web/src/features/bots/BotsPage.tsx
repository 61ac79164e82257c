import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { CircleCheck, CirclePause, FilePen, Plus, Workflow } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useLanguage } from "@/app/preferences";
import type { Bot } from "@/api/models";
import { Badge, Button, cx, Dialog, Empty, ErrorState, Field, Input, SkeletonRows, Switch, useToast } from "@/components";
import { useForm } from "@/features/auth/form";
import { useMay } from "@/features/workspace/useMay";
import { BotMenu } from "./exchange/BotMenu";
import { ImportButton } from "./exchange/ImportButton";
import { botsQuery, useCreateBot, useSetBotStatus } from "./queries";

/** Every bot of the workspace: whether it answers, on which version, and who is in the middle of it. */
export function BotsPage() {
  const { t } = useTranslation("bots");
  const bots = useQuery(botsQuery);
  const [isCreating, setCreating] = useState(false);
  const create = useMay("bots:write") && (
    <Button variant="primary" icon={Plus} onClick={() => setCreating(true)}>
      {t("create")}
    </Button>
  );
  return (
    <div className="mx-auto w-full max-w-[860px] overflow-y-auto p-4 pane:p-8">
      <header className="mb-5 flex flex-wrap items-center gap-3">
        <h1 className="grow text-22">{t("title")}</h1>
        <Link to="/flows/answers" className="text-13 font-medium text-accent-ink underline underline-offset-2 pointer-coarse:py-3">
          {t("whichAnswers")}
        </Link>
        {create && <ImportButton />}
        {create}
      </header>
      {bots.isPending && <SkeletonRows />}
      {bots.isLoadingError && <ErrorState title={t("failed.title")} text={t("failed.text")} error={bots.error} action={{ label: t("again"), onPress: () => void bots.refetch() }} />}
      {bots.data?.length === 0 && <Empty title={t("empty.title")} text={t("empty.text")} />}
      {bots.data && bots.data.length > 0 && (
        <ul className="divide-y divide-line rounded-lg border border-line bg-surface">
          {bots.data.map((bot) => (
            <BotRow key={bot.id} bot={bot} />
          ))}
        </ul>
      )}
      <CreateDialog isOpen={isCreating} onOpenChange={setCreating} />
    </div>
  );
}

function BotRow({ bot }: { bot: Bot }) {
  const { t } = useTranslation("bots");
  const setStatus = useSetBotStatus();
  const toast = useToast();
  const mayChange = useMay("bots:write");
  const isOn = bot.status === "active";
  const toggle = () => {
    if (!bot.published) return toast({ text: t("publishFirst") });
    setStatus.mutate({ id: bot.id, status: isOn ? "inactive" : "active" });
  };
  return (
    <li className="flex items-center gap-3 px-4 py-3.5 first:rounded-t-lg last:rounded-b-lg hover:bg-hover">
      <span aria-hidden="true" className={cx("grid size-9 flex-none place-items-center rounded-md", isOn ? "bg-accent-soft text-accent-ink" : "bg-sunken text-ink-3")}>
        <Workflow strokeWidth={1.75} className="size-[18px]" />
      </span>
      <Link to="/flows/$botId" params={{ botId: bot.id }} className="min-w-0 grow rounded-md">
        <span dir="auto" className="cut block font-medium">
          {bot.name}
        </span>
        <span className="flex flex-wrap items-center gap-x-3 gap-y-1 pt-1 text-12 text-ink-3">
          <Status bot={bot} />
          {bot.published && <span>{t("version", { number: bot.published.number })}</span>}
          {bot.waiting > 0 && <span>{t("waiting", { count: bot.waiting })}</span>}
          {bot.published && bot.has_unpublished_changes && (
            <span className="inline-flex items-center gap-1">
              <FilePen aria-hidden="true" className="size-3" />
              {t("changed")}
            </span>
          )}
        </span>
      </Link>
      <BotMenu bot={bot} />
      {mayChange && <Switch isOn={isOn} onChange={toggle} label={t("answers", { name: bot.name })} />}
    </li>
  );
}

function Status({ bot }: { bot: Bot }) {
  const { t } = useTranslation("bots");
  const look = { active: { tone: "success", icon: CircleCheck }, inactive: { tone: "plain", icon: CirclePause }, draft: { tone: "plain", icon: FilePen } } as const;
  const { tone, icon } = look[bot.status];
  return (
    <Badge tone={tone} icon={icon}>
      {t(`status.${bot.status}`)}
    </Badge>
  );
}

function CreateDialog({ isOpen, onOpenChange }: { isOpen: boolean; onOpenChange: (isOpen: boolean) => void }) {
  const { t } = useTranslation(["bots", "common"]);
  const create = useCreateBot();
  const navigate = useNavigate();
  const language = useLanguage();
  const form = useForm({ name: "" });
  const submit = () => {
    const name = form.values.name.trim();
    if (!name) return form.show({ name: t("nameMissing") });
    create.mutate({ name, language }, { onSuccess: (bot) => void navigate({ to: "/flows/$botId", params: { botId: bot.id } }), onError: form.refuse });
  };
  return (
    <Dialog isOpen={isOpen} onOpenChange={onOpenChange} title={t("createTitle")} text={t("createText")}>
      <form {...form.bind(submit)} className="mt-3 grid gap-4">
        <Field label={t("name")} error={form.errors.name ?? form.rest ?? undefined}>
          <Input {...form.field("name")} autoFocus maxLength={120} />
        </Field>
        <div className="flex justify-end gap-2">
          <Button onClick={() => onOpenChange(false)}>{t("cancel")}</Button>
          <Button variant="primary" type="submit" isBusy={create.isPending}>
            {t("create")}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
