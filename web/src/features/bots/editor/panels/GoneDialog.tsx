import { useNavigate } from "@tanstack/react-router";
import { Copy } from "lucide-react";
import { useTranslation } from "react-i18next";
import { ApiError } from "@/api";
import type { Bot } from "@/api/models";
import { Button, Dialog, useToast } from "@/components";
import { useErrorWords } from "@/i18n/useErrorWords";
import { useCreateBot } from "../../queries";
import type { Doc } from "../model/doc";

/** Whether a request failed because the bot is not there any more. */
export const isMissing = (error: unknown): boolean => error instanceof ApiError && error.status === 404;

/** Somebody deleted the bot while it was edited: what is on the canvas can become a bot of its own, or is left on purpose. */
export function GoneDialog({ bot, doc }: { bot: Bot; doc: () => Doc }) {
  const { t } = useTranslation("editor");
  const { reasonOf } = useErrorWords();
  const navigate = useNavigate();
  const toast = useToast();
  const create = useCreateBot();
  const keep = () =>
    create.mutate({ name: bot.name, language: doc().default_language, blueprint: doc() }, {
      onSuccess: (made) => {
        toast({ text: t("gone.kept", { name: bot.name }) });
        void navigate({ to: "/flows/$botId", params: { botId: made.id } });
      },
    });
  return (
    <Dialog
      isOpen
      onOpenChange={() => undefined}
      title={t("gone.title", { name: bot.name })}
      text={t("gone.text")}
      actions={
        <>
          <Button onClick={() => void navigate({ to: "/flows" })}>{t("gone.back")}</Button>
          <Button variant="primary" icon={Copy} isBusy={create.isPending} onClick={keep}>
            {t("gone.keep")}
          </Button>
        </>
      }
    >
      {create.isError && (
        <p role="alert" className="mt-3 text-13 text-danger">
          {reasonOf(create.error)}
        </p>
      )}
    </Dialog>
  );
}
