import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { MergedContact } from "@/api/models";
import { Button, Dialog, useToast } from "@/components";
import { useFormat } from "@/features/auth/queries";
import { useMay } from "@/features/workspace/useMay";
import { useErrorWords } from "@/i18n/useErrorWords";
import { contactQuery, usePartContact } from "../queries";

/** Whom messages showed to be the same person, with a way back for whoever knows better. Nothing where there is nobody. */
export function MergedPeople({ contactId }: { contactId: string }) {
  const { t } = useTranslation("inbox");
  const format = useFormat();
  const mayWrite = useMay("conversations:write");
  const merged = useQuery(contactQuery(contactId)).data?.merged ?? [];
  const [asked, setAsked] = useState<MergedContact | null>(null);
  const nameOf = (person: MergedContact) => person.name ?? (person.username ? `@${person.username}` : (person.address ?? t("details.unnamed")));
  if (!merged.length) return null;
  return (
    <section className="mt-4 border-t border-line pt-4">
      <h3 className="mb-2 text-12 font-medium tracking-normal text-ink-3">{t("details.merged")}</h3>
      <ul className="grid gap-2">
        {merged.map((person) => (
          <li key={person.id} className="flex items-center gap-3 text-13">
            <span className="min-w-0 grow">
              <bdi className="cut block">{nameOf(person)}</bdi>
              <span className="text-12 text-ink-3">{t("details.mergedAt", { date: format.date(person.at) })}</span>
            </span>
            {mayWrite && (
              <Button size="sm" aria-haspopup="dialog" onClick={() => setAsked(person)}>
                {t("details.part")}
              </Button>
            )}
          </li>
        ))}
      </ul>
      {asked && <PartDialog contactId={contactId} person={asked} name={nameOf(asked)} onClose={() => setAsked(null)} />}
    </section>
  );
}

/** Asks before two are parted: it cannot be undone here. */
function PartDialog({ contactId, person, name, onClose }: { contactId: string; person: MergedContact; name: string; onClose: () => void }) {
  const { t } = useTranslation("inbox");
  const { reasonOf } = useErrorWords();
  const toast = useToast();
  const part = usePartContact(contactId);
  const onSuccess = () => {
    toast({ text: t("details.parted") });
    onClose();
  };
  return (
    <Dialog
      isOpen
      onOpenChange={onClose}
      title={t("details.partTitle", { name })}
      text={t("details.partText", { name })}
      actions={
        <>
          <Button onClick={onClose}>{t("details.cancel")}</Button>
          <Button variant="danger" isBusy={part.isPending} onClick={() => part.mutate(person.id, { onSuccess })}>
            {t("details.partNow")}
          </Button>
        </>
      }
    >
      {part.error && (
        <p role="alert" className="mt-3 text-13 text-danger">
          {reasonOf(part.error)}
        </p>
      )}
    </Dialog>
  );
}
