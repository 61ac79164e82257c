import { EllipsisVertical, KeyRound, Pencil, Trash2 } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { serverNow } from "@/api";
import type { Credential } from "@/api/models";
import { Badge, Button, Dialog, IconButton, Menu, MenuItem } from "@/components";
import { useFormat } from "@/features/auth/queries";
import { StepLink } from "@/features/bots/StepLink";
import { useErrorWords } from "@/i18n/useErrorWords";
import { CredentialDialog } from "./CredentialDialog";
import { useDeleteCredential } from "./queries";

/** One credential: how and to where it is sent, when it was last used, and by which steps. */
export function CredentialRow({ credential, mayWrite }: { credential: Credential; mayWrite: boolean }) {
  const { t } = useTranslation("outside");
  const format = useFormat();
  const [asked, setAsked] = useState<"change" | "delete" | null>(null);
  const close = () => setAsked(null);
  return (
    <li className="flex items-start gap-3 px-4 py-3.5">
      <span aria-hidden="true" className="grid size-9 flex-none place-items-center rounded-md bg-sunken text-ink-3">
        <KeyRound strokeWidth={1.75} className="size-[18px]" />
      </span>
      <div className="min-w-0 grow">
        <p className="flex flex-wrap items-center gap-2 font-medium">
          <bdi className="cut">{credential.name}</bdi>
          <Badge>{t(`credentials.kinds.${credential.kind}`)}</Badge>
        </p>
        <p className="flex flex-wrap gap-x-2 text-13 text-ink-2">
          {credential.parameter && <span className="ltr text-ink-3">{credential.parameter}</span>}
          {credential.hosts.map((host) => (
            <span key={host} className="ltr break-all">
              {host}
            </span>
          ))}
        </p>
        <p className="text-12 text-ink-3">
          {credential.used_at ? t("credentials.used", { when: format.short(credential.used_at, serverNow()) }) : t("credentials.never")}
          {" · "}
          {credential.changed_at ? t("credentials.replaced", { date: format.date(credential.changed_at) }) : t("credentials.since", { date: format.date(credential.created_at) })}
          {credential.former_names.length > 0 && <> · {t("credentials.former", { names: credential.former_names.join(", ") })}</>}
        </p>
        <Places credential={credential} />
      </div>
      {mayWrite && (
        <Menu trigger={<IconButton icon={EllipsisVertical} label={t("credentials.more", { name: credential.name })} />}>
          <MenuItem icon={Pencil} onSelect={() => setAsked("change")}>
            {t("credentials.change")}
          </MenuItem>
          <MenuItem icon={Trash2} onSelect={() => setAsked("delete")}>
            {t("credentials.delete")}
          </MenuItem>
        </Menu>
      )}
      <CredentialDialog credential={credential} isOpen={asked === "change"} onOpenChange={close} />
      <DeleteDialog credential={credential} isOpen={asked === "delete"} onClose={close} />
    </li>
  );
}

function Places({ credential }: { credential: Credential }) {
  const { t } = useTranslation("outside");
  if (credential.places.length === 0) return <p className="mt-1 text-12 text-ink-3">{t("credentials.unused")}</p>;
  return (
    <ul className="mt-1.5 flex flex-wrap gap-1.5" aria-label={t("credentials.usedIn")}>
      {credential.places.map((place) => (
        <li key={`${place.bot_id} ${place.node_id}`}>
          <StepLink step={place} />
        </li>
      ))}
    </ul>
  );
}

function DeleteDialog({ credential, isOpen, onClose }: { credential: Credential; isOpen: boolean; onClose: () => void }) {
  const { t } = useTranslation(["outside", "common"]);
  const { reasonOf } = useErrorWords();
  const remove = useDeleteCredential();
  const bots = [...new Set(credential.places.map((place) => place.bot_name))];
  return (
    <Dialog
      isOpen={isOpen}
      onOpenChange={onClose}
      title={t("outside:credentials.deleteTitle", { name: credential.name })}
      text={bots.length > 0 ? t("outside:credentials.deleteUsed", { bots: bots.join(", "), count: bots.length }) : t("outside:credentials.deleteUnused")}
      actions={
        <>
          <Button onClick={onClose}>{t("common:cancel")}</Button>
          <Button variant="danger" isBusy={remove.isPending} onClick={() => remove.mutate(credential.id, { onSuccess: onClose })}>
            {t("outside:credentials.delete")}
          </Button>
        </>
      }
    >
      {remove.error && (
        <p role="alert" className="mt-2 text-13 text-danger">
          {reasonOf(remove.error)}
        </p>
      )}
    </Dialog>
  );
}
