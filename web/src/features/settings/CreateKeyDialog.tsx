import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { serverNow } from "@/api";
import type { Permission } from "@/api/models";
import { Button, CopyLine, Dialog, Field, Input, Select, useToast } from "@/components";
import { useForm } from "@/features/auth/form";
import { useFormat } from "@/features/auth/queries";
import { nameOf } from "./permissions";
import { meQuery, useCreateToken } from "./queries";

const RATES = ["60", "300", "1000", "6000"] as const;
const LIFETIMES = ["30", "90", "365", "never"] as const;
/** What only a person logged in may: the server refuses it to every key (`session_only`), whatever its scopes. */
const NEVER_WITH_A_KEY: readonly Permission[] = ["tokens:write", "account:write"];
const DAY_MS = 24 * 3_600_000;

/** A new key: its name, how long it lives and what it may; then its text, this once. */
export function CreateKeyDialog({ isOpen, onOpenChange }: { isOpen: boolean; onOpenChange: (isOpen: boolean) => void }) {
  const { t } = useTranslation(["settings", "common"]);
  const toast = useToast();
  const format = useFormat();
  const create = useCreateToken();
  const permissions = ((useQuery(meQuery).data?.permissions ?? []) as Permission[]).filter((permission) => !NEVER_WITH_A_KEY.includes(permission));
  const form = useForm({ name: "", scopes: "" });
  const [lifetime, setLifetime] = useState<string>("90");
  const [rate, setRate] = useState<string>("60");
  const [scopes, setScopes] = useState<ReadonlySet<Permission> | null>(null);
  const close = () => {
    onOpenChange(false);
    create.reset();
    form.set("name", "");
    setScopes(null);
  };
  const submit = () => {
    if (!form.values.name.trim()) return form.show({ name: t("settings:required") });
    if (scopes?.size === 0) return form.show({}, t("settings:keys.noScope"));
    const expires_at = lifetime === "never" ? null : new Date(serverNow().getTime() + Number(lifetime) * DAY_MS).toISOString();
    create.mutate({ name: form.values.name, expires_at, scopes: scopes ? [...scopes] : null, requests_per_minute: Number(rate) }, { onError: form.refuse });
  };
  const toggle = (permission: Permission, isOn: boolean) => {
    const next = new Set(scopes);
    if (isOn) next.add(permission);
    else next.delete(permission);
    setScopes(next);
  };
  if (create.data) {
    return (
      <Dialog
        isOpen={isOpen}
        onOpenChange={close}
        title={t("settings:keys.made", { name: create.data.name })}
        text={t("settings:keys.madeText")}
        actions={
          <Button variant="primary" onClick={close}>
            {t("settings:done")}
          </Button>
        }
      >
        <div className="mt-3">
          <CopyLine label={t("settings:keys.key")} value={create.data.token} onCopied={() => toast({ text: t("settings:copied") })} />
        </div>
      </Dialog>
    );
  }
  return (
    <Dialog isOpen={isOpen} onOpenChange={close} title={t("settings:keys.create")} text={t("settings:keys.createText")}>
      <form {...form.bind(submit)} className="mt-3 grid gap-4">
        <Field label={t("settings:keys.name")} help={t("settings:keys.nameHelp")} error={form.errors.name}>
          <Input {...form.field("name")} autoFocus maxLength={120} />
        </Field>
        <Field label={t("settings:keys.lifetime")}>
          <Select value={lifetime} onChange={setLifetime} options={LIFETIMES.map((value) => ({ value, label: t(`settings:keys.lifetimes.${value}`) }))} />
        </Field>
        <Field label={t("settings:keys.rate")} help={t("settings:keys.rateHelp")}>
          <Select value={rate} onChange={setRate} options={RATES.map((value) => ({ value, label: format.number(Number(value)) }))} />
        </Field>
        <fieldset>
          <legend className="mb-[5px] text-12 font-medium">{t("settings:keys.scopes")}</legend>
          <label className="flex min-h-8 items-center gap-2 text-13 pointer-coarse:min-h-11">
            <input type="radio" name="reach" checked={scopes === null} onChange={() => setScopes(null)} />
            {t("settings:keys.all")}
          </label>
          <label className="flex min-h-8 items-center gap-2 text-13 pointer-coarse:min-h-11">
            <input type="radio" name="reach" checked={scopes !== null} onChange={() => setScopes(new Set())} />
            {t("settings:keys.some")}
          </label>
          {scopes !== null && (
            <div className="ms-6 mt-1 grid max-h-[30dvh] gap-x-4 overflow-y-auto pane:grid-cols-2">
              {permissions.map((permission) => (
                <label key={permission} className="flex min-h-8 items-center gap-2 text-13 pointer-coarse:min-h-11">
                  <input type="checkbox" checked={scopes.has(permission)} onChange={(event) => toggle(permission, event.currentTarget.checked)} />
                  {t(`settings:keys.permissions.${nameOf(permission)}`)}
                </label>
              ))}
            </div>
          )}
        </fieldset>
        {form.rest && (
          <p role="alert" className="text-13 text-danger">
            {form.rest}
          </p>
        )}
        <div className="flex justify-end gap-2">
          <Button onClick={close}>{t("common:cancel")}</Button>
          <Button variant="primary" type="submit" isBusy={create.isPending}>
            {t("settings:keys.create")}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
