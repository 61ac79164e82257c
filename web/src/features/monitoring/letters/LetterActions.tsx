import { Link } from "@tanstack/react-router";
import { Archive, PencilLine, RotateCw, Workflow } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { DeadLetterDetails } from "@/api/models";
import { Button, buttonClass } from "@/components";
import { MendLink } from "@/features/channels/MendLink";
import { useErrorWords } from "@/i18n/useErrorWords";
import { useRetryLetter } from "../queries";
import { ArchiveDialog } from "./ArchiveDialog";
import { bodyOf } from "./content";
import { EditDialog } from "./EditDialog";

const RETRY_HELPS = new Set<DeadLetterDetails["error"]["action"]>(["retry", "wait", "fix_flow", "update"]);

/** What can be done with a letter now. What does not help can be done as well, and does not stand out. */
export function LetterActions({ letter }: { letter: DeadLetterDetails }) {
  const { t } = useTranslation("monitoring");
  const { reasonOf } = useErrorWords();
  const retry = useRetryLetter();
  const [asked, setAsked] = useState<"edit" | "archive" | null>(null);
  const canEdit = bodyOf(letter) !== null;
  if (letter.state === "retrying" || letter.state === "resolved") return null;
  return (
    <>
      <Button variant={RETRY_HELPS.has(letter.error.action) ? "accent" : "secondary"} icon={RotateCw} isBusy={retry.isPending} onClick={() => retry.mutate({ id: letter.id })}>
        {t("letters.retry")}
      </Button>
      {canEdit && (
        <Button icon={PencilLine} onClick={() => setAsked("edit")}>
          {t("letters.edit")}
        </Button>
      )}
      <MendLink action={letter.error.action} />
      {letter.error.action === "fix_flow" && (
        <Link to="/flows" className={buttonClass({})}>
          <Workflow aria-hidden="true" strokeWidth={1.75} className="size-4" />
          {t("letters.openFlows")}
        </Link>
      )}
      {letter.state === "failed" && (
        <Button icon={Archive} onClick={() => setAsked("archive")}>
          {t("letters.archive")}
        </Button>
      )}
      {retry.error && (
        <p role="alert" className="w-full text-13 text-danger">
          {reasonOf(retry.error)}
        </p>
      )}
      {canEdit && <EditDialog key={letter.state_at} letter={letter} isOpen={asked === "edit"} onOpenChange={(isOpen) => setAsked(isOpen ? "edit" : null)} />}
      <ArchiveDialog ids={[letter.id]} isOpen={asked === "archive"} onOpenChange={(isOpen) => setAsked(isOpen ? "archive" : null)} onDone={() => undefined} />
    </>
  );
}
