import { useQuery } from "@tanstack/react-query";
import { Download, ShieldCheck } from "lucide-react";
import { QRCodeSVG } from "qrcode.react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { SecondFactorEnrolment } from "@/api/models";
import { Badge, Button, CopyLine, Dialog, ErrorState, SkeletonRows, useToast } from "@/components";
import { CodeField } from "@/features/auth/CodeField";
import { useForm } from "@/features/auth/form";
import { PasswordField } from "@/features/auth/PasswordField";
import { secondFactorQuery, useBeginSecondFactor, useConfirmSecondFactor, useRenewCodes, useSecondFactorOff } from "./account";
import { Failure, Section } from "./Section";

type Step = "on" | "codes" | "off";

/** Codes of an authenticator app at login: on, off, and recovery codes for who loses the app. */
export function SecondFactorSection() {
  const { t } = useTranslation("settings");
  const factor = useQuery(secondFactorQuery);
  const [step, setStep] = useState<Step | null>(null);
  const close = () => setStep(null);
  const isOn = factor.data?.is_on;
  return (
    <Section
      title={t("factor.title")}
      text={t("factor.text")}
      aside={
        factor.data && (
          <div className="flex flex-wrap items-center gap-2">
            {isOn && (
              <Badge tone="success" icon={ShieldCheck}>
                {t("factor.isOn")}
              </Badge>
            )}
            <Button variant={isOn ? "ghost" : "primary"} onClick={() => setStep(isOn ? "off" : "on")}>
              {t(isOn ? "factor.off" : "factor.on")}
            </Button>
          </div>
        )
      }
    >
      {factor.isPending && <SkeletonRows rows={1} />}
      {factor.isLoadingError && <ErrorState title={t("factor.failed")} text={t("failedText")} error={factor.error} action={{ label: t("again"), onPress: () => void factor.refetch() }} />}
      {factor.data && isOn && (
        <div className="flex flex-wrap items-center gap-3">
          <p className="grow text-13 text-ink-2">{t("factor.left", { count: factor.data.recovery_codes_left })}</p>
          <Button onClick={() => setStep("codes")}>{t("factor.renew")}</Button>
        </div>
      )}
      {step === "on" && <SwitchOn onClose={close} />}
      {step === "codes" && <Renew onClose={close} />}
      {step === "off" && <SwitchOff onClose={close} />}
    </Section>
  );
}

/** The password once more, the app's secret, a code of it, and the recovery codes. */
function SwitchOn({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation("settings");
  const begin = useBeginSecondFactor();
  const confirm = useConfirmSecondFactor();
  if (confirm.data) return <Codes codes={confirm.data} onClose={onClose} />;
  if (begin.data) return <Enrol made={begin.data} confirm={confirm} onClose={onClose} />;
  return <AskPassword title={t("factor.on")} text={t("factor.passwordText")} act={t("factor.next")} mutation={begin} onClose={onClose} />;
}

function Renew({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation("settings");
  const renew = useRenewCodes();
  if (renew.data) return <Codes codes={renew.data} onClose={onClose} />;
  return <AskPassword title={t("factor.renew")} text={t("factor.renewText")} act={t("factor.renew")} mutation={renew} onClose={onClose} />;
}

function SwitchOff({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation("settings");
  const toast = useToast();
  const off = useSecondFactorOff();
  const done = () => {
    toast({ text: t("factor.isOff") });
    onClose();
  };
  return <AskPassword title={t("factor.offTitle")} text={t("factor.offText")} act={t("factor.off")} isGrave mutation={off} onDone={done} onClose={onClose} />;
}

type AskPasswordProps = {
  title: string;
  text: string;
  act: string;
  isGrave?: boolean;
  mutation: { mutate: (password: string, options: { onSuccess?: () => void; onError: (error: unknown) => void }) => void; isPending: boolean };
  onDone?: () => void;
  onClose: () => void;
};

function AskPassword({ title, text, act, isGrave = false, mutation, onDone, onClose }: AskPasswordProps) {
  const { t } = useTranslation(["settings", "auth", "common"]);
  const form = useForm({ password: "" });
  const submit = () => {
    if (!form.values.password) return form.show({ password: t("auth:fault.password") });
    mutation.mutate(form.values.password, { ...(onDone && { onSuccess: onDone }), onError: form.refuse });
  };
  return (
    <Dialog isOpen onOpenChange={onClose} title={title} text={text}>
      <form {...form.bind(submit)} className="mt-3 grid gap-4">
        <PasswordField {...form.field("password")} error={form.errors.password} autoFocus />
        <Failure text={form.rest} />
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>{t("common:cancel")}</Button>
          <Button variant={isGrave ? "danger" : "primary"} type="submit" isBusy={mutation.isPending}>
            {act}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

function Enrol({ made, confirm, onClose }: { made: SecondFactorEnrolment; confirm: ReturnType<typeof useConfirmSecondFactor>; onClose: () => void }) {
  const { t } = useTranslation(["settings", "auth", "common"]);
  const toast = useToast();
  const form = useForm({ code: "" });
  const submit = () => {
    if (!form.values.code.trim()) return form.show({ code: t("auth:fault.code") });
    confirm.mutate(form.values.code.trim(), { onError: form.refuse });
  };
  return (
    <Dialog isOpen onOpenChange={onClose} title={t("settings:factor.scan")} text={t("settings:factor.scanText")}>
      <div className="mt-3 grid justify-items-center">
        <div className="rounded-lg bg-white p-3">
          <QRCodeSVG value={made.uri} size={176} title={t("settings:factor.scan")} />
        </div>
      </div>
      <div className="mt-3">
        <CopyLine label={t("settings:factor.secret")} value={made.secret} onCopied={() => toast({ text: t("settings:copied") })} />
      </div>
      <form {...form.bind(submit)} className="mt-3 grid gap-4">
        <CodeField {...form.field("code")} error={form.errors.code} />
        <Failure text={form.rest} />
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>{t("common:cancel")}</Button>
          <Button variant="primary" type="submit" isBusy={confirm.isPending}>
            {t("settings:factor.on")}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

function Codes({ codes, onClose }: { codes: readonly string[]; onClose: () => void }) {
  const { t } = useTranslation("settings");
  const file = `data:text/plain;charset=utf-8,${encodeURIComponent(`${codes.join("\n")}\n`)}`;
  return (
    <Dialog
      isOpen
      onOpenChange={onClose}
      title={t("factor.codes")}
      text={t("factor.codesText")}
      actions={
        <Button variant="primary" onClick={onClose}>
          {t("factor.kept")}
        </Button>
      }
    >
      <ol dir="ltr" className="mt-3 grid grid-cols-2 gap-x-6 gap-y-1 rounded-md bg-sunken p-3 font-mono text-13">
        {codes.map((code) => (
          <li key={code}>{code}</li>
        ))}
      </ol>
      <a href={file} download="hoopoe-recovery-codes.txt" className="mt-3 inline-flex w-fit items-center gap-1.5 text-13 font-medium text-accent-ink">
        <Download aria-hidden="true" strokeWidth={1.75} className="size-4" />
        {t("factor.download")}
      </a>
    </Dialog>
  );
}
