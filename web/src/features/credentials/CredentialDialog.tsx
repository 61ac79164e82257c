import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Credential, CredentialCreate } from "@/api/models";
import { Button, Dialog, Field, Input, Select, useToast } from "@/components";
import { useForm } from "@/features/auth/form";
import { readHosts } from "./hosts";
import { useCreateCredential, useUpdateCredential } from "./queries";

const EXAMPLE_HOST = "api.example.com";
const KINDS = ["bearer", "basic", "header", "query"] as const;
type Kind = CredentialCreate["kind"];

type CredentialDialogProps = {
  isOpen: boolean;
  onOpenChange: (isOpen: boolean) => void;
  /** The one that is changed; without it a new one is made. */
  credential?: Credential;
  /** What is known of a new one already. */
  start?: { name?: string; host?: string | null };
  onSaved?: (credential: Credential) => void;
};

/** A new secret, or another secret, name or hosts for one that is there. What is stored is never shown. */
export function CredentialDialog({ isOpen, onOpenChange, credential, start, onSaved }: CredentialDialogProps) {
  const { t } = useTranslation("outside");
  return (
    <Dialog
      isOpen={isOpen}
      onOpenChange={onOpenChange}
      title={credential ? t("credentials.changeTitle", { name: credential.name }) : t("credentials.create")}
      text={t(credential ? "credentials.changeText" : "credentials.createText")}
    >
      {/* Made anew each time: nothing that was typed stays behind. */}
      {isOpen && <CredentialForm credential={credential} start={start} onClose={() => onOpenChange(false)} onSaved={onSaved} />}
    </Dialog>
  );
}

type FormProps = { credential: Credential | undefined; start: CredentialDialogProps["start"]; onClose: () => void; onSaved: CredentialDialogProps["onSaved"] };

function CredentialForm({ credential, start, onClose, onSaved }: FormProps) {
  const { t } = useTranslation(["outside", "common"]);
  const toast = useToast();
  const create = useCreateCredential();
  const update = useUpdateCredential();
  const [kind, setKind] = useState<Kind>(credential?.kind ?? "bearer");
  const form = useForm({ name: credential?.name ?? start?.name ?? "", hosts: credential?.hosts.join(", ") ?? start?.host ?? "", parameter: "", username: "", secret: "" });
  const { values } = form;
  const hasParameter = !credential && (kind === "header" || kind === "query");
  const isNew = credential === undefined;

  const submit = () => {
    const hosts = readHosts(values.hosts);
    const needed = t("outside:needed");
    const missing = {
      ...(values.name.trim() === "" && { name: needed }),
      ...(hosts.length === 0 && { hosts: t("outside:credentials.hostsMissing") }),
      ...(hasParameter && values.parameter.trim() === "" && { parameter: needed }),
      ...(isNew && values.secret === "" && { secret: needed }),
    };
    if (Object.keys(missing).length > 0) return form.show(missing);
    const done = {
      onSuccess: (saved: Credential) => {
        toast({ text: t(isNew ? "outside:credentials.created" : "outside:credentials.changed", { name: saved.name }) });
        onSaved?.(saved);
        onClose();
      },
      onError: form.refuse,
    };
    const secret = values.secret === "" ? {} : { secret: values.secret, ...(kind === "basic" && { username: values.username }) };
    if (credential) update.mutate({ id: credential.id, name: values.name, hosts, ...secret }, done);
    else create.mutate({ name: values.name, kind, hosts, secret: values.secret, username: kind === "basic" ? values.username : null, parameter: hasParameter ? values.parameter.trim() : null }, done);
  };

  return (
    <form {...form.bind(submit)} className="mt-3 grid gap-4" autoComplete="off">
      <Field label={t("outside:credentials.name")} help={t(isNew ? "outside:credentials.nameHelp" : "outside:credentials.renameHelp")} error={form.errors.name}>
        <Input {...form.field("name")} autoFocus={values.name === ""} maxLength={120} />
      </Field>
      {isNew && (
        <Field label={t("outside:credentials.kind")} help={t(`outside:credentials.kindHelp.${kind}`)}>
          <Select value={kind} onChange={(value) => setKind(value as Kind)} options={KINDS.map((value) => ({ value, label: t(`outside:credentials.kinds.${value}`) }))} />
        </Field>
      )}
      {hasParameter && (
        <Field label={t(`outside:credentials.parameter.${kind === "header" ? "header" : "query"}`)} error={form.errors.parameter}>
          <Input {...form.field("parameter")} dir="ltr" maxLength={100} placeholder={kind === "header" ? "X-Api-Key" : "api_key"} />
        </Field>
      )}
      <Field label={t("outside:credentials.hosts")} help={t("outside:credentials.hostsHelp")} error={form.errors.hosts}>
        <Input {...form.field("hosts")} dir="ltr" placeholder={EXAMPLE_HOST} />
      </Field>
      {kind === "basic" && (
        <Field label={t("outside:credentials.username")} help={isNew ? undefined : t("outside:credentials.usernameHelp")} error={form.errors.username}>
          <Input {...form.field("username")} dir="ltr" maxLength={200} autoComplete="off" />
        </Field>
      )}
      <Field
        label={t(isNew ? (kind === "basic" ? "outside:credentials.password" : "outside:credentials.secret") : "outside:credentials.newSecret")}
        help={t(isNew ? "outside:credentials.secretHelp" : "outside:credentials.newSecretHelp")}
        error={form.errors.secret}
      >
        <Input {...form.field("secret")} autoFocus={values.name !== ""} type="password" dir="ltr" maxLength={4_000} autoComplete="new-password" />
      </Field>
      {form.rest && (
        <p role="alert" className="text-13 text-danger">
          {form.rest}
        </p>
      )}
      <div className="flex justify-end gap-2">
        <Button onClick={onClose}>{t("common:cancel")}</Button>
        <Button variant="primary" type="submit" isBusy={create.isPending || update.isPending}>
          {t(isNew ? "outside:credentials.create" : "outside:save")}
        </Button>
      </div>
    </form>
  );
}
