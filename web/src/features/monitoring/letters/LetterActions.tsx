import { Link } from "@tanstack/react-router";
import { Archive, PencilLine, Plug, RotateCw, Workflow } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { DeadLetterDetails } from "@/api/models";
import { Button, buttonClass } from "@/components";
import { useErrorWords } from "@/i18n/useErrorWords";
import { useRetryLetter } from "../queries";
import { ArchiveDialog } from "./ArchiveDialog";
import { bodyOf } from "./content";
import { EditDialog } from "./EditDialog";

/** What can be done with a letter now. */
export function LetterActions({ letter }: { letter: DeadLetterDetails }) {
  const { t } = useTranslation("monitoring");
  const { reasonOf } = useErrorWords();
  const retry = useRetryLetter();
  const [asked, setAsked] = useState<"edit" | "archive" | null>(null);
  const canEdit = bodyOf(letter) !== null;
  if (letter.state === "retrying" || letter.state === "resolved") return null;
  return (
    <>
      <Button variant="accent" icon={RotateCw} isBusy={retry.isPending} onClick={() => retry.mutate({ id: letter.id })}>
        {t("letters.retry")}
      </Button>
      {canEdit && (
        <Button icon={PencilLine} onClick={() => setAsked("edit")}>
          {t("letters.edit")}
        </Button>
      )}
      {letter.error.action === "fix_credentials" && (
        <Link to="/channels" className={buttonClass({})}>
          <Plug aria-hidden="true" strokeWidth={1.75} className="size-4" />
          {t("letters.openChannels")}
        </Link>
      )}
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
